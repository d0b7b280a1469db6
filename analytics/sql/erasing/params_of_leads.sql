-- The parameters of every delivery of the leads $lead_types, $lead_ids (two lists, side by side).
select deliveries.params
from (select unnest($lead_types) as lead_type, unnest($lead_ids) as lead_id) as asked
inner join deliveries using (lead_type, lead_id)
order by delivery_id;
