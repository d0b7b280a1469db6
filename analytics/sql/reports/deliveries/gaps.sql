-- Suspected gaps that the deliveries of the period show: the $top newest, 0 is all
-- of them.
--
-- reason: what makes one suspect that deliveries were lost; fields: what changed unnamed, NULL for
-- the other reasons; explanation: what has come of it, NULL while nothing has (both as in
-- suspected_gaps).
with received as (from deliveries),

numbered as (
    select delivery_id, received_at
    from received
)

select
    suspected_gaps.lead_type,
    suspected_gaps.lead_id,
    suspected_gaps.webhook,
    suspected_gaps.delivery_id,
    numbered.received_at,
    suspected_gaps.reason,
    (
        select any_value(fields)
        from delivery_gaps
        where delivery_gaps.delivery_id = suspected_gaps.delivery_id
            and delivery_gaps.reason = suspected_gaps.reason
            and len(fields) > 0
    ) as fields,
    suspected_gaps.explanation
from suspected_gaps
inner join numbered using (delivery_id)
order by suspected_gaps.delivery_id desc, suspected_gaps.reason
limit if($top = 0, 9223372036854775807, $top);
