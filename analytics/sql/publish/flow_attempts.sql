-- An operation's attempts are copied together with it.
insert into flow_attempts by name
select
    operation_id,
    step + 1 as step,
    step_name,
    attempt,
    begun_at::timestamptz as begun_at,
    (epoch_us(ended_at::timestamptz) - epoch_us(begun_at::timestamptz)) / 1e6 as seconds,
    host,
    method,
    status,
    nullif(outcome, '') as outcome,
    nullif(reason, '') as reason
from noted;
