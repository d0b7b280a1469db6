-- The ids of all deliveries of the leads $lead_types, $lead_ids (two lists, side by side).
select delivery_id
from (select unnest($lead_types) as lead_type, unnest($lead_ids) as lead_id) as asked
inner join deliveries using (lead_type, lead_id)
order by delivery_id;
