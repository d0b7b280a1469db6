-- What a snapshot holds: one row.
select
    freshness.last_delivery_id,
    freshness.last_received_at,
    (select count(*) from snapshot.leads) as leads,
    (select count(*) from snapshot.digest.deliveries) as deliveries
from snapshot.freshness;
