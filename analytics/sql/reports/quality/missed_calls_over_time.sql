-- Missed calls per $unit ('hour' to 'year'): one row for each of them, also where
-- there were none. `starts_on` is its first day (a week's is Monday), which may lie before the
-- period; only calls of the period are counted.
--
-- missed: ended calls with status unsuccessful. recovered: the client was answered by a later call
-- within $recovery_hours; lost: that time is over; pending: it is not over yet. A call missed at an
-- unknown time is in none of the three.
with {{ picked }},

{{ part("units") }},

{{ part("recoveries") }},

counted as (
    select
        {{ unit_start }} as starts_on,
        count(*) as missed,
        count(*) filter (where {{ is_recovered }}) as recovered,
        count(*) filter (where {{ is_pending }}) as pending,
        count(*) filter (where {{ is_lost }}) as lost
    from recoveries
    group by starts_on
)

select
    starts_on,
    coalesce(missed, 0) as missed,
    coalesce(recovered, 0) as recovered,
    coalesce(pending, 0) as pending,
    coalesce(lost, 0) as lost
from units
left join counted using (starts_on)
order by starts_on;
