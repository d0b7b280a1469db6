-- Deliveries per UTC day of receipt. Counted by whole numbers: to turn every instant into a day of a
-- zone takes ten times as long, and this is asked of all deliveries at every start.
with counted as (
    select epoch_us(received_at) // 86_400_000_000 as day, count(*) as deliveries
    from digest.deliveries
    where delivery_id between $first and $last
    group by all
)
select (date '1970-01-01' + day::integer)::varchar as day, deliveries
from counted
order by all
