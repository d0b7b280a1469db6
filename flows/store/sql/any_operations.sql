-- The oldest operations that have ended.
select operation_id, 0
from operations
where operation_id > :after
    and state in ('done', 'skipped', 'failed', 'unknown', 'dropped')
order by operation_id
limit :most
