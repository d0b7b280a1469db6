{# A number, or a word of few: one of the values; or whether there is one. #}
{% if op == "empty" %}
list_contains(${{ param }}, if({{ compared }} is null, 'yes', 'no'))
{%- else %}
list_contains(${{ param }}, {{ compared }})
{%- endif %}
