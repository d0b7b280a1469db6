-- The latest deliveries by webhooks, the newest first: when each was received by the local clock,
-- whether it was not understood, and whether it shows that others before it were lost. Bound:
-- $since, $timezone, $most.
select
    timezone($timezone, received_at) as local_moment,
    outcome = 'quarantined' as is_quarantined,
    delivery_id in (select delivery_id from delivery_gaps) as is_gap
from deliveries
where origin = 'webhook' and outcome not in ('probe', 'other') and received_at >= $since
order by delivery_id desc
limit $most;
