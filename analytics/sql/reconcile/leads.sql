-- Every lead of the day $day, by Calltouch's API or by what was received: who knows it.
-- `named`: by the API. Days are those of the configured zone.
with named_leads as (
    select distinct lead_type, lead_id, site_id from named
),

received as (
    select leads.lead_type, leads.lead_id, leads.site_id, leads.happened_local::date as day
    from published.leads as leads
),

both_sides as (
    select
        named_leads.lead_type,
        named_leads.lead_id,
        named_leads.site_id,
        true as is_named,
        received.lead_id is not null as is_received
    from named_leads
    left join received using (lead_type, lead_id)
    union all
    select received.lead_type, received.lead_id, received.site_id, false, true
    from received
    inner join asked on asked.lead_type = received.lead_type and asked.site_id = received.site_id
    anti join named_leads
        on named_leads.lead_type = received.lead_type and named_leads.lead_id = received.lead_id
    where received.day = $day::date
),

sent as (
    select distinct lead_type, lead_id
    from published.digest.deliveries
    semi join both_sides using (lead_type, lead_id)
    where origin = 'webhook'
)

select
    both_sides.lead_type,
    both_sides.lead_id,
    both_sides.site_id,
    case
        when not is_received then 'lost'
        when not is_named then 'only webhook'
        when sent.lead_id is null then 'only api'
        else 'both'
    end as known_by
from both_sides
left join sent
    on sent.lead_type = both_sides.lead_type and sent.lead_id = both_sides.lead_id
order by all;
