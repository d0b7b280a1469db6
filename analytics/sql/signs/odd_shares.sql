-- Of the deliveries by webhooks from $since until $until: how many, and what shares of them are not understood
-- or show losses.
select
    count(*) as deliveries,
    coalesce(avg(if(outcome = 'quarantined', 1, 0)), 0) as quarantined,
    coalesce(avg(if(delivery_id in (select delivery_id from delivery_gaps), 1, 0)), 0) as gaps
from deliveries
where origin = 'webhook' and outcome not in ('probe', 'other') and received_at >= $since
    and received_at < $until;
