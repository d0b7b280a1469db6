-- The leads of some clients, a row for the number and one for the e-mail.
select true as by_number, number_id as client, present_leads.*, lead_type = 'request' as is_request
from present_leads
semi join (select client from {{ clients }} where by_number) as asked on asked.client = number_id
union all
select false as by_number, email_id as client, present_leads.*, lead_type = 'request' as is_request
from present_leads
semi join (select client from {{ clients }} where not by_number) as asked on asked.client = email_id
