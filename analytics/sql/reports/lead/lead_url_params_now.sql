-- The additional URL parameters of one lead, $lead_type and $lead_id, per attribution model.
select attribution_model, position, name, value
from lead_url_params
where lead_type = $lead_type and lead_id = $lead_id
order by attribution_model desc, position;
