-- Whether what the store was folded from is what it was, and all that came since came after the
-- instant; and whether anything came.
select
    count(*) filter (where delivery_id <= reached.last_id) = any_value(reached.deliveries)
        and count(*) filter (where delivery_id > reached.last_id and received_at <= $as_of) = 0
        as goes_on,
    count(*) filter (where delivery_id > reached.last_id) > 0 as has_more
from folded.reached
left join file.digest.deliveries on true;
