{# A site by its id, or by a name that it has in any of its leads. #}
{% if op == "empty" %}
list_contains(${{ param }}, if(site_id is null and coalesce(site_name, '') = '', 'yes', 'no'))
{%- else %}
(
    list_contains(${{ param }}_ids, site_id)
    or site_id in (select site_id from leads where regexp_matches(site_name, ${{ param }}_names))
{% if or_null %}
    or site_id is null
{% endif %}
)
{%- endif %}
