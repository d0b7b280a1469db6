select comment from lead_comments
where lead_type = $lead_type and lead_id = $lead_id
order by position
