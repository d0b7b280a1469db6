{# Leads with one of these ids, or a tag that has one of the texts in it: what can be looked for
   without learning anything of the client. #}
(
    list_contains(${{ param }}_ids, lead_id)
{% if count %}
    or (lead_type, lead_id) in (
        select (lead_type, lead_id)
        from lead_tags
        where false
{% for place in range(1, count + 1) %}
            or {{ folded_fits("has", "tag", "$" ~ param ~ "_texts[" ~ place ~ "]") }}
{% endfor %}
    )
{% endif %}
)
