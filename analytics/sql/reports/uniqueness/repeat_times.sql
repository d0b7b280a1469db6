-- How long after the client's previous lead the repeat leads came: one row per span of time, also
-- where there are none.
--
-- from_seconds, to_seconds: the span, longer than the first (0: also nothing at all), not longer
-- than the second, NULL: without end. leads: leads whose client's previous one is so long ago, at
-- any depth; share: of all that have a previous one, NULL when there are none.
-- Who is the same client: docs/fold.md.
with {{ picked }},

-- More than n hours is more than n, counted in hours that have begun.
repeats as (
    select ceil({{ since_previous }} / 3600)::bigint as hours, count(*) as number
    from picked
    where {{ since_previous }} is not null
    group by hours
),

ends as (
    select unnest([1, 3, 12, 24, 48, 96, 168, 336, 720, 1440, 2160, 4320, 8760]) as hours
),

spans as (
    select coalesce(lag(hours) over (order by hours), 0) as from_hours, hours as to_hours
    from (from ends union all select null as hours)
)

select
    from_hours * 3600 as from_seconds,
    to_hours * 3600 as to_seconds,
    coalesce(sum(number), 0)::bigint as leads,
    leads / nullif((select sum(number) from repeats), 0) as share
from spans
left join repeats
    on (repeats.hours > from_hours or from_hours = 0)
        and (repeats.hours <= to_hours or to_hours is null)
group by from_hours, to_hours
order by from_seconds;
