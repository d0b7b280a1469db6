-- What the deliveries from the API that came since a moment did to the leads, one row.
with per_lead as (
    select lead_type, lead_id, list(outcome) as outcomes
    from deliveries
    where origin = 'api' and received_at >= $since and lead_id is not null
    group by lead_type, lead_id
)

select
    count(*) as leads,
    count(*) filter (where list_contains(outcomes, 'created')) as new,
    count(*) filter (
        where list_contains(outcomes, 'updated') and not list_contains(outcomes, 'created')
    ) as changed,
    count(*) filter (
        where not list_contains(outcomes, 'updated') and not list_contains(outcomes, 'created')
    ) as unchanged
from per_lead;
