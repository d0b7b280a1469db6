-- How long callers wait: for answered calls (status successful) and for missed ones (unsuccessful),
-- one row per second from 0 to 120, as far as there are any.
--
-- calls: ended calls with a waiting_time of at most `seconds`; known: those with any waiting_time;
-- share: calls / known, 0 to 1. What it lacks of 1 at 120 waited longer.
with {{ picked }},

waited as (
    select
        {{ is_answered }} as is_answered,
        greatest(0, least(121, waiting_time)) as seconds,
        count(*) as calls
    from picked
    where is_ended
        and status in ('successful', 'unsuccessful')
        and waiting_time is not null
    group by all
),

points as (
    select answers.is_answered, whole.range as seconds
    from (select distinct is_answered from waited) as answers
    cross join range(0, 122) as whole
),

summed as (
    select
        is_answered,
        seconds,
        (sum(coalesce(calls, 0)) over (partition by is_answered order by seconds))::bigint as calls,
        (sum(coalesce(calls, 0)) over (partition by is_answered))::bigint as known
    from points
    left join waited using (is_answered, seconds)
)

select is_answered, seconds, calls, known, calls / known as share
from summed
where seconds <= 120
order by is_answered desc, seconds;
