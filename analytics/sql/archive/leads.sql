with ranges as (
    select unnest($first::bigint[]) as first_id, unnest($last::bigint[]) as last_id
)
select count(*)
from (
    select distinct deliveries.lead_type, deliveries.lead_id
    from digest.deliveries
    join ranges on deliveries.delivery_id between ranges.first_id and ranges.last_id
    where deliveries.lead_id is not null
)
