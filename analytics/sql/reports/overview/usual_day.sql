-- The last day of the period ($to) against the same weekday as usual: one row per hour 0 to 23.
--
-- leads: leads of that day from its beginning to the end of the hour; NULL for hours that are not
-- over by $now: part of an hour is not held against whole ones. usual_p10, usual_p50, usual_p90: quantiles of the same running count over the same
-- weekday of the eight weeks before, NULL without any such day. days: how many of the eight there
-- are: only those in the period, so it is to be asked for 57 days, and not before the first lead.
-- A lead without a time counts at the hour of its first delivery.
with {{ picked }},

usual_days as (
    select $to - 7 * range::integer as day
    from range(1, 9)
    where $to - 7 * range::integer >= greatest($from, (select min(day) from leads))
),

days as (
    select day from usual_days
    union all
    select $to as day
),

counted as (
    select
        day,
        hour(coalesce(happened_local, timezone($timezone, first_received_at))) as hour,
        count(*) as leads
    from picked
    where day in (from days)
    group by all
),

hours as (
    select range::integer as hour
    from range(24)
),

running as (
    select
        day,
        hour,
        (sum(coalesce(leads, 0)) over (partition by day order by hour))::bigint as leads
    from days
    cross join hours
    left join counted using (day, hour)
)

select
    hour,
    any_value(leads) filter (
        where day = $to and day + to_hours(hour + 1) <= timezone($timezone, $now)
    ) as leads,
    quantile_cont(leads, 0.1) filter (where day < $to) as usual_p10,
    quantile_cont(leads, 0.5) filter (where day < $to) as usual_p50,
    quantile_cont(leads, 0.9) filter (where day < $to) as usual_p90,
    count(*) filter (where day < $to) as days
from running
group by hour
order by hour;
