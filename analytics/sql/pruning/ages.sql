-- Deliveries $first to $last of which something may end: when the last one of their lead came
-- before $before, in microseconds of the epoch as `last_at`; of what is no lead's, they themselves.
select
    deliveries.delivery_id,
    deliveries.lead_type,
    deliveries.lead_id,
    epoch_us(coalesce(leads.last_received_at, deliveries.received_at)) as last_at
from deliveries
left join leads using (lead_type, lead_id)
where
    deliveries.delivery_id between $first and $last
    and epoch_us(coalesce(leads.last_received_at, deliveries.received_at)) < $before;
