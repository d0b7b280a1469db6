-- Suspected gaps that the deliveries of the period show: the $top newest, 0 is all
-- of them.
--
-- reason: what makes one suspect that deliveries were lost; fields: what changed unnamed, NULL for
-- the other reasons; explanation: what has come of it, NULL while nothing has (both as in
-- suspected_gaps).
with {{ received }},

{{ part("suspected") }}

select
    lead_type,
    lead_id,
    webhook,
    delivery_id,
    received_at,
    reason,
    (
        select any_value(fields)
        from delivery_gaps
        where delivery_gaps.delivery_id = suspected.delivery_id
            and delivery_gaps.reason = suspected.reason
            and len(fields) > 0
    ) as fields,
    explanation
from suspected
order by delivery_id desc, reason
limit {{ number_or_all("$top") }};
