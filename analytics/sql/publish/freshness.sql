-- $last: the last delivery, 0 for none; only what is near its place is read.
insert into freshness
select
    current_timestamp as published_at,
    max(delivery_id) as last_delivery_id,
    arg_max(received_at, delivery_id) as last_received_at,
    $app as app_version,
    $schema as schema_version
from digest.deliveries
where delivery_id >= $last;
