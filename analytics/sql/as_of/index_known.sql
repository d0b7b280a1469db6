-- The known deliveries of one lead in order of receipt.
select
    stored.sort_key,
    stored.delivery_id,
    stored.size::bigint as size
from digest.deliveries as stored
inner join stored_deliveries as known on known.row_id = stored.rowid
where known.lead_type = $lead_type and known.lead_id = $lead_id
order by stored.delivery_id;
