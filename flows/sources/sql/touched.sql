-- Leads that webhooks created or changed, each with its newest delivery after $after.
select
    lead_type,
    lead_id,
    max(delivery_id) as delivery_id,
    max(received_at)::varchar as received_at
from deliveries
where delivery_id > $after
    and delivery_id <= $until
    and origin = 'webhook'
    and outcome in ('created', 'updated')
group by lead_type, lead_id
order by delivery_id
