{# A site by its id, or by a name that it has in any of its leads. #}
{% if op == "empty" %}
list_contains(${{ param }}, if(site_id is null and coalesce(site_name, '') = '', 'yes', 'no'))
{%- else %}
{% set names = param if op else param ~ "_names" %}
(
    {{ "false" if op else "list_contains($" ~ param ~ "_ids, site_id)" }}
{% if or_null %}
    or site_id is null
{% endif %}
{% if count %}
    or site_id in (
        select site_id
        from leads
        where false
{% for place in range(1, count + 1) %}
            or {{ folded_fits(op, "site_name", "$" ~ names ~ "[" ~ place ~ "]") }}
{% endfor %}
    )
{% endif %}
)
{%- endif %}
