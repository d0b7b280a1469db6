{% if op == "empty" %}
list_contains(${{ param }}, if({{ compared }} is null, 'yes', 'no'))
{%- else %}
{# As texts they would be compared lead by lead. #}
case
    when {{ compared }} then list_contains(${{ param }}, 'true')
    when not {{ compared }} then list_contains(${{ param }}, 'false')
    else list_contains(${{ param }}, 'unknown')
end
{%- endif %}
