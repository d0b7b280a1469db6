-- Operations that ended long ago, with the bytes of the bodies they have left.
select
    operation_id,
    (
        select sum(length(body)) from bodies
        where bodies.operation_id = operations.operation_id
    )
from operations
where operation_id > :after
    and state in ('done', 'skipped', 'failed', 'unknown', 'dropped')
    and finished_at < :rows_before
order by operation_id
limit :most
