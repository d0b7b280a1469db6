-- Deliveries per UTC day of receipt.
select (received_at at time zone 'UTC')::date::varchar as day, count(*) as deliveries
from digest.deliveries
where delivery_id between $first and $last
group by all
order by all
