-- Leads by weekday (1 Monday to 7 Sunday) and hour (0 to 23) of happened_local: all 168 rows.
--
-- Leads whose time is unknown are in none of them. ended_calls: is_ended, and status is known;
-- missed: of those, status is unsuccessful; missed_rate: missed / ended_calls, 0 to 1. waiting_p50:
-- median waiting_time of answered calls (status successful), seconds, between the quartiles
-- waiting_p25 and waiting_p75, of so many (waiting_known). NULL: of nothing.
with {{ picked }},

timed as (
    select
        isodow(happened_local) as weekday,
        hour(happened_local) as hour,
        is_ended,
        status,
        waiting_time
    from picked
    where happened_local is not null
),

counted as (
    select
        weekday,
        hour,
        count(*) as leads,
        {{ calls }} as calls,
        count(*) filter (where {{ is_ended_call }}) as ended_calls,
        count(*) filter (where {{ is_missed }}) as missed,
        quantile_cont(waiting_time, [0.25, 0.5, 0.75]) filter (where {{ is_answered }}) as waiting,
        count(waiting_time) filter (where {{ is_answered }}) as waiting_known
    from timed
    group by weekday, hour
),

cells as (
    select weekdays.range as weekday, hours.range as hour
    from range(1, 8) as weekdays
    cross join range(0, 24) as hours
)

select
    weekday,
    hour,
    coalesce(leads, 0) as leads,
    coalesce(calls, 0) as calls,
    coalesce(ended_calls, 0) as ended_calls,
    coalesce(missed, 0) as missed,
    missed / nullif(ended_calls, 0) as missed_rate,
    waiting[2] as waiting_p50,
    waiting[1] as waiting_p25,
    waiting[3] as waiting_p75,
    coalesce(waiting_known, 0) as waiting_known
from cells
left join counted using (weekday, hour)
order by weekday, hour;
