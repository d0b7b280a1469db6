-- Operations received in the period, newest first: those of $flow, in $state, for $reason, with an
-- attempt at $host, each only where it is given. After the operation $before, $limit of them, 0 is
-- all.
--
-- step_name, host, status, outcome: of the last attempt, NULL without one. seconds: from receipt to
-- the end, NULL while it has not ended.
with shown as (
    select *
    from flow_operations
    where received_at >= timezone($timezone, $from::timestamp)
        and received_at < timezone($timezone, ($to + 1)::timestamp)
        and ($flow is null or flow = $flow)
        and ($state is null or state = $state)
        and ($reason is null or reason = $reason)
        and ($before is null or operation_id < $before)
        and (
            $host is null
            or operation_id in (select operation_id from flow_attempts where host = $host)
        )
    order by operation_id desc
    limit {{ number_or_all("$limit") }}
),

last as (
    select *
    from flow_attempts
    where operation_id in (select operation_id from shown)
    qualify row_number() over (partition by operation_id order by step desc, attempt desc) = 1
)

select
    shown.operation_id,
    shown.received_at,
    shown.flow,
    shown.flow_version,
    shown.source,
    shown.state,
    shown.reason,
    shown.finished_at,
    (epoch_us(shown.finished_at) - epoch_us(shown.received_at)) / 1e6 as seconds,
    shown.lead_type,
    shown.lead_id,
    shown.delivery_id,
    shown.attempts,
    last.step_name,
    last.host,
    last.status as http_status,
    last.outcome as attempt_outcome,
    shown.replay_of,
    shown.times_received,
    shown.problems
from shown
left join last using (operation_id)
order by shown.operation_id desc;
