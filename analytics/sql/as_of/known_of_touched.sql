-- Of these the deliveries that were known, to be read afterwards.
create or replace temp table stored_deliveries as
select rowid as row_id, lead_type, lead_id, size
from digest.deliveries
semi join newly_touched using (lead_type, lead_id)
where received_at <= $as_of;
