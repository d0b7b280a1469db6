{# One of the values; or_null: or none was given. #}
{% if or_null %}
(list_contains(${{ name }}, {{ compared }}) or {{ compared }} is null)
{% else %}
list_contains(${{ name }}, {{ compared }})
{% endif %}
