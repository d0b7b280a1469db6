-- What has failed or may not have been done, of the operations received in the period: by flow, step,
-- host and reason, the most frequent first; the $top most frequent, 0 is all of them.
--
-- step_name, host: of the last attempt, NULL where none was made. operations: how many;
-- first_at, last_at: when the first and the last of them were received; operation_id: the last one.
with wrong as (
    select operation_id, flow, state, reason, received_at
    from flow_operations
    where state in ('failed', 'unknown')
        and ($flow is null or flow = $flow)
        and received_at >= timezone($timezone, $from::timestamp)
        and received_at < {{ period_end }}
),

last as (
    select operation_id, step_name, host
    from flow_attempts
    where operation_id in (select operation_id from wrong)
    qualify row_number() over (partition by operation_id order by step desc, attempt desc) = 1
)

select
    wrong.flow,
    last.step_name,
    last.host,
    wrong.state,
    wrong.reason,
    count(*) as operations,
    min(wrong.received_at) as first_at,
    max(wrong.received_at) as last_at,
    max(wrong.operation_id) as operation_id
from wrong
left join last using (operation_id)
group by all
order by
    operations desc,
    last_at desc,
    wrong.flow,
    wrong.state,
    wrong.reason,
    last.step_name,
    last.host
limit {{ number_or_all("$top") }};
