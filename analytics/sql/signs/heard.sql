-- Leads by part and day that have come by themselves: within $fresh_minutes of their beginning. With
-- when the last of the day began. Bound, too: $since, $timezone.
with {% include "signs/facts.sql" %},

counted as (
    from facts
    where arrived_at <= moment + to_seconds($fresh_minutes * 60)
),

parted as (
{% include "signs/parts.sql" %}
    union all
    select
        'webhook' as part,
        '' as site,
        webhook as value,
        local_moment
    from delivered
    inner join facts using (lead_type, lead_id)
    where delivered.arrived_at <= moment + to_seconds($fresh_minutes * 60)
)

select
    part,
    site,
    value,
    local_moment::date as day,
    count(*) as leads,
    max(local_moment) as last
from parted
group by all;
