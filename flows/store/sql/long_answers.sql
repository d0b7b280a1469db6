-- Answers of operations that are done, longer than the first of their bytes that are kept. What is
-- packed may be a little longer than what it was.
select bodies.operation_id, bodies.step, bodies.attempt, bodies.body
from bodies
join operations on operations.operation_id = bodies.operation_id
where
    bodies.part = 'answer'
    and length(bodies.body) > :least + 64
    and operations.state = 'done'
limit :most
