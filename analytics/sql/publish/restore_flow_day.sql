-- What a file of archive/operations holds; an operation that is known already stays as it is.
insert into flow_attempts by name
select unnest(attempts_made, recursive := true)
from archived
where operation_id not in (select flow_operations.operation_id from flow_operations);

insert into flow_operations by name
select * exclude (attempts_made)
from archived
where operation_id not in (select flow_operations.operation_id from flow_operations);
