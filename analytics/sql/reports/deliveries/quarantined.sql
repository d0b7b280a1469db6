-- Deliveries of the period of which no lead could be told: the $top newest. problems: why.
with received as (from deliveries)

select delivery_id, received_at, webhook, method, source_ip, problems
from received
where outcome = 'quarantined'
order by delivery_id desc
limit $top;
