{# All tags of a picked lead in one text; NULL for none. #}
(
    select string_agg(tag, ', ' order by tag_category, tag)
    from lead_tags
    where lead_tags.lead_type = picked.lead_type and lead_tags.lead_id = picked.lead_id
)
