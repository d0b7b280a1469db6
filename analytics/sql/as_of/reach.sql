update folded.reached
set last_id = now.last_id, deliveries = now.deliveries
from (
    select coalesce(max(delivery_id), 0) as last_id, count(*) as deliveries
    from file.digest.deliveries
) as now;
