-- One row per lead. Its time is the instant that Calltouch stamped, else its local time in the
-- account's zone.
delete from leads
using refolded
where leads.lead_type = refolded.lead_type and leads.lead_id = refolded.lead_id;

insert into leads by name
with zone as (
    select value as name
    from digest.basis
    where name = 'timezone'
)

select
    folded.* exclude (
        stamped_at, call_time, request_date, call_is_unique, call_is_target,
        call_is_unique_target, request_is_unique, request_is_target, request_is_unique_target
    ),
    if(lead_type = 'call', call_is_unique, request_is_unique) as is_unique,
    if(lead_type = 'call', call_is_target, request_is_target) as is_target,
    if(lead_type = 'call', call_is_unique_target, request_is_unique_target) as is_unique_target,
    if(lead_type = 'call', coalesce(call_phase = 'calldisconnected', status is not null), null)
        as is_ended,
    coalesce(
        stamped_at,
        timezone(
            zone.name,
            if(
                lead_type = 'call',
                coalesce(call_time, request_date),
                coalesce(request_date, call_time)
            )
        )
    ) as happened_at,
    timezone(zone.name, happened_at) as happened_local,
    -- Calendars know the years 1 to 9999 alone.
    greatest(
        date '0001-01-01',
        least(
            date '9999-12-31',
            coalesce(happened_local, timezone(zone.name, first_received_at))::date
        )
    ) as day
from folded
cross join zone
order by happened_at, lead_type, lead_id;
