-- In the place of what was known of the same operations.
delete from flow_operations where operation_id in (select operation_id from noted);

insert into flow_operations by name
select
    operation_id,
    flow,
    version as flow_version,
    source,
    state,
    nullif(reason, '') as reason,
    received_at::timestamptz as received_at,
    finished_at::timestamptz as finished_at,
    lead_type,
    lead_id,
    delivery_id,
    attempts,
    replay_of,
    times as times_received,
    from_json(notes, '["varchar"]') as problems
from noted;
