select lead_type, lead_id, size, state
from digest.lead_states
semi join touched using (lead_type, lead_id, delivery_id);
