{# All of the tags; or a tag with one of these parts; or whether there are any. #}
{% if op == "empty" %}
list_contains(
    ${{ param }},
    if((lead_type, lead_id) in (select (lead_type, lead_id) from lead_tags), 'no', 'yes')
)
{%- elif op in ("has", "starts") %}
{% with first = 1, last = count %}{% include "picking/tagged.sql" %}{% endwith %}
{%- else %}
(
{% for place in range(1, count + 1) %}
    {{ "and " if not loop.first }}{% filter indent(4) %}{% with first = place, last = place %}{% include "picking/tagged.sql" %}{% endwith %}{% endfilter %}

{% endfor %}
)
{%- endif %}
