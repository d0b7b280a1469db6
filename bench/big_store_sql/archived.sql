-- Deliveries as rows of the archive; some bytes that no compression makes fewer stand for their bodies.
select
    delivery_id,
    received_at,
    1000 * epoch_us(received_at) as order_ns,
    1000 * epoch_us(received_at) as received_ns,
    'made by SQL' as segment,
    delivery_id as position,
    origin,
    webhook,
    method,
    '/webhook' as path,
    ''::blob as query,
    encode(md5(delivery_id::varchar) || md5(sent_at::varchar)) as body,
    '' as content_type,
    source_ip,
    false as outside,
    null::bigint as checksum
from digest.deliveries
where delivery_id between $first and $last
order by delivery_id
