-- Operations that have failed, or wait for a person, since the last look; with the step that was
-- tried last, and its host.
select
    operations.operation_id,
    operations.flow,
    operations.reason,
    operations.state,
    coalesce(operations.finished_at, operations.received_at) as moment,
    operations.version,
    last_try.step,
    coalesce(last_try.host, '') as host
from operations
left join attempts as last_try
    on
        last_try.operation_id = operations.operation_id
        and last_try.outcome not in ('', 'done')
        and (last_try.step, last_try.attempt) = (
            select others.step, others.attempt from attempts as others
            where others.operation_id = operations.operation_id
            order by others.step desc, others.attempt desc
            limit 1
        )
where
    operations.change > :after
    and operations.change <= :upto
    and (
        operations.state in ('failed', 'unknown')
        or (operations.state = 'held' and operations.reason = 'loop-suspected')
    )
order by operations.operation_id
