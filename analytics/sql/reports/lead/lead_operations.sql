-- What flows sent about the lead: its operations, newest first, each with its attempts; one row per
-- attempt, or one without an attempt, its columns NULL.
select
    operations.operation_id,
    operations.flow,
    operations.state,
    operations.reason,
    operations.received_at,
    operations.finished_at,
    attempts.step_name,
    attempts.attempt,
    attempts.begun_at,
    attempts.seconds,
    attempts.host,
    attempts.method as http_method,
    attempts.status as http_status,
    attempts.outcome as attempt_outcome,
    attempts.reason as attempt_reason
from flow_operations as operations
left join flow_attempts as attempts using (operation_id)
where operations.lead_type = $lead_type and operations.lead_id = $lead_id
order by operations.operation_id desc, attempts.step, attempts.attempt;
