-- Operations received on a day, each with its attempts.
select
    operations.*,
    coalesce(
        (
            select list(tries order by tries.step, tries.attempt)
            from flow_attempts as tries
            where tries.operation_id = operations.operation_id
        ),
        []
    ) as attempts_made
from flow_operations as operations
where timezone('UTC', operations.received_at)::date = $day
order by operations.operation_id;
