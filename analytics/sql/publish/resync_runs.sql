insert into resync_runs by name
select
    run_id,
    plan,
    state,
    started_at::timestamptz as started_at,
    finished_at::timestamptz as finished_at,
    web_requests,
    fetched,
    outside
from noted;
