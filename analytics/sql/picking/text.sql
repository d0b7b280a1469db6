{# A text that is or has one of the values; or_null: or there is none. One that ends a folded text
   or is compared as it stands is looked up in the list. #}
{% if op == "empty" %}
list_contains(${{ param }}, if(coalesce({{ compared }}, '') = '', 'yes', 'no'))
{%- elif op == "exact" %}
(list_contains(${{ param }}, {{ compared }}){{ " or " ~ compared ~ " is null" if or_null }})
{%- else %}
(
{% for place in range(1, count + 1) %}
    {{ "or " if not loop.first }}{{ folded_fits(op, compared, "$" ~ param ~ "[" ~ place ~ "]") }}
{% endfor %}
{% if or_null %}
    or {{ compared }} is null
{% endif %}
)
{%- endif %}
