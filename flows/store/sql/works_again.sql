-- Whether an operation that has come since is done, and this host has done its part.
select 1
from operations
where
    flow = :flow
    and state = 'done'
    and received_at > :after
    and (
        :host = ''
        or exists (
            select 1 from attempts
            where
                attempts.operation_id = operations.operation_id
                and attempts.host = :host
                and attempts.outcome = 'done'
        )
    )
limit 1
