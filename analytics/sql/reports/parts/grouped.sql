{# Picked leads, with what they may be grouped by beside their own columns; NULL: no tags. #}
picked
{% if "tag_set" in groups %}
    left join tag_sets
        on tag_sets.lead_id = picked.lead_id
            and tag_sets.is_call = (picked.lead_type = 'call')
{% endif %}
