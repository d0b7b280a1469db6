-- The latest calls of each site that came by themselves, the newest first: when they began by the
-- local clock, how long those that were answered waited, in seconds, and how many minutes after the talk their end came;
-- NULL for what is not known. Bound: $since, $timezone, $fresh_minutes, $most.
with {% include "signs/facts.sql" %}

select
    site,
    local_moment,
    if({{ is_answered }}, waiting_time, null) as waiting_time,
    {{ late_minutes }} as late_minutes
from facts
where lead_type = 'call' and arrived_at <= moment + to_seconds($fresh_minutes * 60)
qualify row_number() over (partition by site order by moment desc) <= $most
order by site, moment desc;
