select
    flow,
    count(*) as operations,
    count(*) filter (where state = 'done') as done,
    count(*) filter (where state in ('failed', 'unknown', 'held')) as undecided,
    max(received_at) as last_received_at
from flow_operations
group by flow
order by undecided desc, flow;
