{# The columns that leads are grouped by, in a list of others. #}
{% for name, column in groups.items() %}
        {{ column }}{% if column != name %} as {{ name }}{% endif %},
{% endfor %}
