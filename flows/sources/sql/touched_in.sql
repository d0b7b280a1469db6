-- Leads that webhooks created or changed in a span of time, with the first and the newest delivery.
select
    lead_type,
    lead_id,
    max(delivery_id) as delivery_id,
    min(delivery_id) as first_delivery_id
from deliveries
where received_at >= $since::timestamptz
    and received_at < $until::timestamptz
    and origin = 'webhook'
    and outcome in ('created', 'updated')
group by lead_type, lead_id
order by delivery_id
