-- deliveries: how many the store has up to an id; saved: those whose original bytes are lost.
select
    count(*) as deliveries,
    count(*) filter (where list_contains(problems, $saved)) as saved
from digest.deliveries
where delivery_id <= $last
