-- The last day of the period ($to) against usual days of its kind: one row per hour 0 to 23.
--
-- leads: leads of that day from its beginning to the end of the hour; NULL for hours that are not
-- over by $now: part of an hour is not held against whole ones. usual_p10, usual_p50, usual_p90:
-- quantiles of the same running count over the usual days, NULL without any. Those are the same
-- weekday of the eight weeks before, without holidays, moved days and own exceptions; for a day that
-- is one of these (kind of calendar), the last eight working days or days off before it, as it is
-- one itself. usual_days: which they are, the newest first; days: how many. Only days in the period
-- count, so it is to be asked for 57 days, and not before the first lead.
-- A lead without a time counts at the hour of its first delivery.
with {{ picked }},

last_days as (
    select day, {{ is_working_day }} as is_working, {{ kind_of_day }} as kind
    from (select $to - range::integer as day from range(57))
    left join calendar using (day)
),

usual_days as (
    select last_days.day
    from last_days
    cross join (from last_days where day = $to) as latest
    where last_days.day < $to
        and last_days.day >= greatest($from, (select min(day) from leads))
        and if(
            latest.kind in ('working', 'day_off'),
            last_days.kind = latest.kind and isodow(last_days.day) = isodow($to),
            last_days.is_working = latest.is_working
        )
    order by last_days.day desc
    limit 8
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
    count(*) filter (where day < $to) as days,
    string_agg(day::varchar, ', ' order by day desc) filter (where day < $to) as usual_days
from running
group by hour
order by hour;
