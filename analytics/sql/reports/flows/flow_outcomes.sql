-- Operations by the hour, day, week, month or year ($unit) of receipt in the configured zone: one row
-- for each unit that the period touches; starts_at is its beginning there. Those of $flow alone,
-- where it is given.
--
-- done to dropped: by state now; unfinished: behind, waiting, running and held together.
with units as (
    select distinct date_trunc($unit, passed.at) as starts_at
    from (
        select
            unnest(
                generate_series(
                    $from::timestamp,
                    $to::timestamp + interval 23 hour,
                    if($unit = 'hour', interval 1 hour, interval 1 day)
                )
            ) as at
    ) as passed
),

counted as (
    select
        date_trunc($unit, timezone($timezone, received_at)) as starts_at,
        count(*) as received,
        count(*) filter (where state = 'done') as done,
        count(*) filter (where state = 'skipped') as skipped,
        count(*) filter (where state = 'failed') as failed,
        count(*) filter (where state = 'unknown') as unknown,
        count(*) filter (where state = 'dropped') as dropped,
        count(*) filter (where state in ('behind', 'waiting', 'running', 'held')) as unfinished
    from flow_operations
    where received_at >= timezone($timezone, $from::timestamp)
        and received_at < {{ period_end }}
        and ($flow is null or flow = $flow)
    group by all
)

select
    units.starts_at,
    coalesce(counted.received, 0) as received,
    coalesce(counted.done, 0) as done,
    coalesce(counted.skipped, 0) as skipped,
    coalesce(counted.failed, 0) as failed,
    coalesce(counted.unknown, 0) as unknown,
    coalesce(counted.dropped, 0) as dropped,
    coalesce(counted.unfinished, 0) as unfinished
from units
left join counted using (starts_at)
order by units.starts_at;
