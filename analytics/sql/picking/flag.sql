{% if op == "empty" %}
list_contains(${{ param }}, if({{ compared }} is null, 'yes', 'no'))
{%- else %}
list_contains(${{ param }}, coalesce({{ compared }}::varchar, 'unknown'))
{%- endif %}
