-- Operations whose bodies have been kept long enough, with the bytes of these.
select bodies.operation_id, sum(length(bodies.body))
from bodies
join operations on operations.operation_id = bodies.operation_id
where bodies.operation_id > :after
    and (
        (operations.state in ('done', 'skipped') and operations.finished_at < :bodies_before)
        or (operations.state = 'dropped' and operations.finished_at < :decided_before)
        or (
            operations.state in ('failed', 'unknown')
            and exists (
                select 1 from operations as replay
                where replay.replay_of = operations.operation_id
                    and replay.received_at < :decided_before
            )
        )
    )
group by bodies.operation_id
order by bodies.operation_id
limit :most
