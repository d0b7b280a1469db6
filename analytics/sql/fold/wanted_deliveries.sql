-- The stored deliveries that are to be read. Which these are was looked up first, by the keys alone.
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
inner join wanted_deliveries as wanted on wanted.row_id = stored.rowid;
