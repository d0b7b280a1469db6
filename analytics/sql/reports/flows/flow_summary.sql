-- Each flow that has taken anything in, one row, whatever the period.
--
-- operations: all there are; done to waiting: by state, waiting being behind, waiting and running
-- together. today, …_today: of those received since midnight in the configured zone.
-- last_received_at: when the newest was received; oldest_waiting_at: when the one that has waited
-- the longest was, NULL where none waits; undecided: those that need a person (failed, unknown,
-- held).
with today as (
    select
        date_trunc('day', timezone($timezone, $now::timestamptz)) as midnight,
        timezone($timezone, midnight) as begins_at,
        timezone($timezone, midnight + interval 1 day) as ends_at
),

told as (
    select
        flow,
        state in ('behind', 'waiting', 'running') as is_waiting,
        state,
        received_at,
        received_at >= begins_at and received_at < ends_at as is_today
    from flow_operations
    cross join today
)

select
    flow,
    count(*) as operations,
    count(*) filter (where state = 'done') as done,
    count(*) filter (where state = 'skipped') as skipped,
    count(*) filter (where state = 'failed') as failed,
    count(*) filter (where state = 'unknown') as unknown,
    count(*) filter (where state = 'held') as held,
    count(*) filter (where state = 'dropped') as dropped,
    count(*) filter (where is_waiting) as waiting,
    count(*) filter (where is_today) as today,
    count(*) filter (where is_today and state = 'done') as done_today,
    count(*) filter (where is_today and state = 'failed') as failed_today,
    count(*) filter (where is_today and state = 'unknown') as unknown_today,
    count(*) filter (where is_today and is_waiting) as waiting_today,
    max(received_at) as last_received_at,
    min(received_at) filter (where is_waiting) as oldest_waiting_at,
    count(*) filter (where state in ('failed', 'unknown', 'held')) as undecided
from told
group by flow
order by undecided > 0 desc, last_received_at desc, flow;
