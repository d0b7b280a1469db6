-- Some deliveries by their ids.
-- First only the ids are read, then the rows that matter.
with found as materialized (
    select stored.rowid as row_id
    from digest.deliveries as stored
    semi join page using (delivery_id)
)

select
    stored.delivery_id,
    epoch_us(stored.received_at) as received_at,
    stored.webhook,
    stored.origin,
    stored.lead_type,
    stored.lead_id,
    epoch_us(stored.sent_at) as sent_at,
    stored.attribution_model,
    stored.call_phase,
    stored.changed_fields,
    stored.outcome,
    stored.is_late,
    stored.sort_key,
    stored.problems,
    stored.sent,
    array_to_string(stored.other, '') as other
from digest.deliveries as stored
inner join found on found.row_id = stored.rowid;
