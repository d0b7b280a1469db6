-- All deliveries of the touched leads that are in the store, of those that histories.sql has found.
with found as materialized (
    select row_id
    from stored_deliveries
    semi join touched using (lead_type, lead_id)
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
