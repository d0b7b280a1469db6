select tag_category, tag from lead_tags
where lead_type = $lead_type and lead_id = $lead_id
order by tag_category, tag
