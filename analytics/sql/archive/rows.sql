select
    delivery_id,
    epoch_us(received_at) as received_us,
    webhook,
    origin,
    method,
    source_ip,
    outcome,
    problems,
    params::varchar as params
from deliveries
where delivery_id between $first and $last
order by delivery_id
