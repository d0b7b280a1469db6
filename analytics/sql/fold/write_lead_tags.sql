delete from lead_tags
using stored
where lead_tags.lead_type = stored.lead_type and lead_tags.lead_id = stored.lead_id;

insert into lead_tags by name
select folded.*, day as lead_day
from folded
inner join placed_leads using (lead_type, lead_id);
