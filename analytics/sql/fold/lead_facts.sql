select lead_type, lead_id, facts
from digest.lead_facts
semi join touched using (lead_type, lead_id);
