-- What changed in deliveries after $after.
select field, old_value, new_value from lead_changes
where lead_type = $lead_type and lead_id = $lead_id and delivery_id > $after
order by delivery_id, field
