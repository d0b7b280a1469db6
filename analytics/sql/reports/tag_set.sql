{# All tags of a picked lead in one text; NULL for none. A sorted list is quicker than string_agg with
an order. #}
(
    select array_to_string([one.tag for one in list_sort(list({'category': tag_category, 'tag': tag}))], ', ')
    from lead_tags
    where lead_tags.lead_type = picked.lead_type and lead_tags.lead_id = picked.lead_id
)
