{# Leads with a tag that is one of the values, or has it in it; from `first` to `last` of them. A tag
   is written as it is, or after its category: VIP or manual:VIP. #}
(lead_type, lead_id) in (
    select (lead_type, lead_id)
    from lead_tags
    where
{% for place in range(first, last + 1) %}
{% set value = "$" ~ param ~ "_" ~ place %}
{% if op == "exact" %}
        {{ "or " if not loop.first }}{{ value }} in (tag, tag_category || ':' || tag)
{% elif op == "has" %}
        {{ "or " if not loop.first }}regexp_matches(tag, {{ value }})
{% else %}
        {{ "or " if not loop.first }}regexp_matches(tag, {{ value }})
        or regexp_matches(tag_category || ':' || tag, {{ value }})
{% endif %}
{% endfor %}
)
