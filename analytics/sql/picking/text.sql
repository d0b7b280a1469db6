{# A text that is or has one of the values; or_null: or there is none. #}
{% if op == "empty" %}
list_contains(${{ param }}, if(coalesce({{ compared }}, '') = '', 'yes', 'no'))
{%- else %}
(
    {{ "list_contains($" ~ param ~ ", " ~ compared ~ ")" if op == "exact" else "regexp_matches(" ~ compared ~ ", $" ~ param ~ ")" }}
{% if or_null %}
    or {{ compared }} is null
{% endif %}
)
{%- endif %}
