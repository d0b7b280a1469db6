-- Deliveries of the period of which no lead could be told: the $top newest, 0 is all
-- of them. problems: why.
with {{ received }}

select delivery_id, received_at, webhook, method, source_ip, problems
from received
where outcome = 'quarantined'
order by delivery_id desc
limit {{ number_or_all("$top") }};
