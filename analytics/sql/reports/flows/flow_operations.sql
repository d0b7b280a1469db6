-- Operations received in the period, newest first: those of $flow, in $state (undecided: failed,
-- unknown and held), for $reason, about the lead $lead, whose last attempt was at $step and $host and
-- answered with $http_status, of the numbers $among, each only where it is given. After the operation
-- $before, $limit of them, 0 is all.
--
-- step_name, host, status, outcome: of the last attempt, NULL without one. seconds: from receipt to
-- the end, NULL while it has not ended.
with picked as (
    select *
    from flow_operations
    where received_at >= timezone($timezone, $from::timestamp)
        and received_at < {{ period_end }}
        and ($flow is null or flow = $flow)
        and (
            $state is null
            or state = $state
            or ($state = 'undecided' and state in ('failed', 'unknown', 'held'))
        )
        and ($reason is null or reason = $reason)
        and ($lead is null or lead_id = $lead)
        and ($among is null or list_contains($among, operation_id))
        and ($before is null or operation_id < $before)
),

-- By their last attempt: the one that none follows, for to order all attempts of a million
-- operations takes seconds.
tried as (
    select asked.operation_id
    from flow_attempts as asked
    where ($step is not null or $host is not null or $http_status is not null)
        and ($step is null or asked.step_name = $step)
        and ($host is null or asked.host = $host)
        and ($http_status is null or asked.status = $http_status)
        and not exists (
            select 1
            from flow_attempts as later
            where later.operation_id = asked.operation_id
                and later.step * 1000000::bigint + later.attempt
                > asked.step * 1000000::bigint + asked.attempt
        )
),

shown as (
    select *
    from picked
    where ($step is null and $host is null and $http_status is null)
        or operation_id in (select operation_id from tried)
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
