-- The oldest operations that have ended and still have bodies.
select bodies.operation_id, sum(length(bodies.body))
from bodies
join operations on operations.operation_id = bodies.operation_id
where bodies.operation_id > :after
    and operations.state in ('done', 'skipped', 'failed', 'unknown', 'dropped')
group by bodies.operation_id
order by bodies.operation_id
limit :most
