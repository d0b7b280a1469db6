select name, value from lead_url_params
where lead_type = $lead_type and lead_id = $lead_id and attribution_model = $model
order by position
