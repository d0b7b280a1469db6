-- The leads of one row of cause_totals.
select lead_type, lead_id
from moved_leads
where cause = $cause and fields = $fields
order by lead_type, lead_id
