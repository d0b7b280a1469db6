-- About how many leads have to be folded again: those known that deliveries have touched since.
select approx_count_distinct((lead_type, lead_id))
from digest.deliveries
semi join (
    select lead_type, lead_id from leads where first_received_at <= $as_of
) using (lead_type, lead_id)
where received_at > $as_of;
