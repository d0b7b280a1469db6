select sort_key, delivery_id
from digest.lead_states
where lead_type = $lead_type and lead_id = $lead_id
order by sort_key, delivery_id;
