-- How long after their beginning leads have come by themselves and calls have ended, in hours, and
-- how late the ends of calls come. One row. Bound: $since, $timezone.
with {% include "signs/facts.sql" %}

select
    quantile_cont(epoch(arrived_at - moment) / 3600, 0.98) as arrive_hours,
    quantile_cont(epoch(end_arrived_at - moment) / 3600, 0.98) as end_hours,
    quantile_cont(
        epoch(end_arrived_at - moment) / 60 - (coalesce(waiting_time, 0) + coalesce(duration, 0)) / 60,
        0.98
    ) as late_minutes
from facts;
