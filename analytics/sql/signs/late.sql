-- Leads that began since $since and came by themselves, but later than usual: when they began and
-- when they came, by the local clock. Bound, too: $fresh_minutes, $timezone.
with {% include "signs/facts.sql" %}

select
    local_moment as began,
    timezone($timezone, arrived_at) as came
from facts
where arrived_at > moment + to_seconds($fresh_minutes * 60);
