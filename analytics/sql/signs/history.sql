-- Leads by part, day and hour, however they have come: one row each, without empty hours. Bound:
-- $since, $timezone.
with {% include "signs/facts.sql" %},

counted as (
    from facts
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
)

select
    part,
    site,
    value,
    local_moment::date as day,
    hour(local_moment) as hour,
    count(*) as leads
from parted
group by all;
