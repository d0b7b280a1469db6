-- One row per lead. Its time is the instant that Calltouch stamped, else its local time in the
-- account's zone.
--
-- When clocks are put back an hour comes twice. A local time in it is the later of the two unless
-- the lead was told of before (first_stamp); without any stamp it is what DuckDB takes it for.
--
-- They are put aside, to be linked to their clients' previous leads, unless that is done for all
-- leads afterwards (link_all_leads.sql): then `is_linked` is false.
create or replace temp table placed_leads as
with zone as (
    select value as name
    from digest.basis
    where name = 'timezone'
),

timed as (
    select
        folded.*,
        zone.name as zone,
        if(
            lead_type = 'call',
            coalesce(call_time, request_date),
            coalesce(request_date, call_time)
        ) as local_time,
        timezone(zone.name, local_time) as usual_time,
        -- With the difference to UTC that the zone has a day earlier, and a day later.
        local_time - (
            timezone(zone.name, usual_time - interval 1 day)
            - timezone('UTC', usual_time - interval 1 day)
        ) as time_before,
        local_time - (
            timezone(zone.name, usual_time + interval 1 day)
            - timezone('UTC', usual_time + interval 1 day)
        ) as time_after
    from folded
    cross join zone
),

placed as (
    select
        * exclude (local_time, usual_time, time_before, time_after),
        case
            when first_stamp is null
                or time_before = time_after
                or timezone(zone, timezone('UTC', time_before)) <> local_time
                or timezone(zone, timezone('UTC', time_after)) <> local_time
                then usual_time
            when timezone('UTC', greatest(time_before, time_after)) <= first_stamp
                then timezone('UTC', greatest(time_before, time_after))
            else timezone('UTC', least(time_before, time_after))
        end as placed_at
    from timed
)

select
    placed.* exclude (stamped_at, call_time, request_date, first_stamp, placed_at, zone),
    if(lead_type = 'call', coalesce(call_phase = 'calldisconnected', status is not null), null)
        as is_ended,
    coalesce(stamped_at, placed_at) as happened_at,
    timezone(zone, happened_at) as happened_local,
    coalesce(happened_local, timezone(zone, first_received_at))::date as day
from placed;

{% if is_linked | default(true) %}
create or replace temp table replaced_leads as
select
    lead_type,
    lead_id,
    {{ standing | join(", ") }},
    {{ moment("leads") }} as moment,
    {{ linked | join(", ") }}
from leads
semi join stored using (lead_type, lead_id);

-- Most deliveries say nothing new of client and time.
create or replace temp table moved_leads as
select lead_type, lead_id
from placed_leads as placed
left join replaced_leads as replaced using (lead_type, lead_id)
where replaced.lead_id is null
    or ({{ standing_of("placed") }}, {{ moment("placed") }})
    is distinct from ({{ standing_of("replaced") }}, replaced.moment);
{% endif %}

delete from leads
using stored
where leads.lead_type = stored.lead_type and leads.lead_id = stored.lead_id;
