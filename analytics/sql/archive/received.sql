select delivery_id, epoch_us(received_at) as received_us
from digest.deliveries
where delivery_id between $first and $last
order by all
