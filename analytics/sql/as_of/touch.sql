-- Leads that deliveries have touched since.
create or replace temp table newly_touched as
select distinct lead_type, lead_id
from digest.deliveries
anti join folded.touched using (lead_type, lead_id)
where received_at > $as_of and delivery_id > $after_id and lead_id is not null;
