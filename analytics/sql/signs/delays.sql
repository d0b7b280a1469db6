-- How long after their beginning leads have come by themselves and calls have ended, in hours, and
-- how many minutes after the talk the ends of calls have come: what nearly all keep to. One row.
-- Bound: $since, $until, $timezone, $quantile.
with {% include "signs/facts.sql" %}

select
    quantile_cont(epoch(arrived_at - moment) / 3600, $quantile) as arrive_hours,
    quantile_cont(epoch(end_arrived_at - moment) / 3600, $quantile) as end_hours,
    quantile_cont({{ late_minutes }}, $quantile) as late_minutes
from facts
where moment < $until;
