-- The newest first; what is null does not matter.
select
    operation_id,
    flow,
    version,
    state,
    reason,
    text,
    received_at,
    finished_at,
    step,
    tries
from operations as one
where (:flow is null or flow = :flow)
    and (:state is null or state = :state)
    and (:reason is null or reason = :reason)
    and (:lead_id is null or lead_id = :lead_id)
    and (:since is null or received_at >= :since)
    and (:until is null or received_at < :until)
    and (
        (:host is null and :status is null)
        or exists (
            select 1
            from attempts
            where attempts.operation_id = one.operation_id
                and (:host is null or attempts.host = :host)
                and (:status is null or attempts.status = :status)
        )
    )
order by operation_id desc
limit :last
