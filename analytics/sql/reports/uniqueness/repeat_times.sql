-- How long after the client's previous lead the repeat leads came: one row per span of time, also
-- where there are none.
--
-- from_seconds, to_seconds: the span, longer than the first (0: also nothing at all), not longer
-- than the second, NULL: without end. leads: leads whose client's previous one is so long ago, at
-- any depth; share: of all that have a previous one, NULL when there are none.
-- Who is the same client: docs/fold.md.
with {{ picked }},

repeats as not materialized (
    select {{ since_previous }} as seconds
    from picked
    where seconds is not null
),

ends as (
    select unnest([1, 3, 12, 24, 48, 96, 168, 336, 720, 1440, 2160, 4320, 8760]) * 3600 as seconds
),

spans as (
    select coalesce(lag(seconds) over (order by seconds), 0) as from_seconds, seconds as to_seconds
    from (from ends union all select null as seconds)
)

select
    from_seconds,
    to_seconds,
    count(repeats.seconds) as leads,
    leads / nullif((select count(*) from repeats), 0) as share
from spans
left join repeats
    on (repeats.seconds > from_seconds or from_seconds = 0)
        and repeats.seconds <= coalesce(to_seconds, 'infinity'::double)
group by from_seconds, to_seconds
order by from_seconds;
