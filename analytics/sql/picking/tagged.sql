{# Leads with a tag that is one of the values, or a part of whose tags is; from `first` to `last` of
   them. A tag is written as it is, or after its category: VIP or manual:VIP. #}
(lead_type, lead_id) in (
    select (lead_type, lead_id)
    from lead_tags
    where false
{% for place in range(first, last + 1) %}
{% set value = "$" ~ param ~ "[" ~ place ~ "]" %}
        or {{ folded_fits(op, "tag", value) }}
{% if op != "has" %}
        or {{ folded_fits(op, "(tag_category || ':' || tag)", value) }}
{% endif %}
{% endfor %}
)
