-- What the lead $lead_type, $lead_id is known by.
select lead_type, lead_id, canonical_phone, canonical_email, ct_caller_id, fio
from leads
where lead_type = $lead_type and lead_id = $lead_id;
