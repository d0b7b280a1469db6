-- What was said in one call, $lead_type and $lead_id: one row per phrase, in order; none of a request.
-- channel: operator or client.
select position, channel, phrase
from call_phrases
where $lead_type = 'call' and lead_id = $lead_id
order by position;
