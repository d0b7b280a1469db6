-- Where the deliveries of one lead stand between two places, in their order.
select sort_key, delivery_id, size::bigint as size
from digest.deliveries
where lead_type = $lead_type
    and lead_id = $lead_id
    and (sort_key, delivery_id) > ($after_sort_key::bigint, $after_delivery_id::bigint)
    and (sort_key, delivery_id) <= ($until_sort_key::bigint, $until_delivery_id::bigint)
order by sort_key, delivery_id;
