-- Where the deliveries of one lead stand between two places, in their order.
select sort_key, delivery_id, size::bigint as size
from digest.deliveries
where lead_type = $lead_type
    and lead_id = $lead_id
    and (
        sort_key > $after_sort_key::bigint
        or (sort_key = $after_sort_key::bigint and delivery_id > $after_delivery_id::bigint)
    )
    and (
        sort_key < $until_sort_key::bigint
        or (sort_key = $until_sort_key::bigint and delivery_id <= $until_delivery_id::bigint)
    )
order by sort_key, delivery_id;
