-- Consecutive ids: a delivery that was received before an earlier one counts with that one's day.
with reached as (
    select delivery_id, max(received_at) over (order by delivery_id) as until_then
    from digest.deliveries
)

select
    timezone('UTC', until_then)::date::varchar as day,
    min(delivery_id) as first_id,
    max(delivery_id) as last_id
from reached
group by day
order by day
