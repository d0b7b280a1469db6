{# In one of these sets of leads at least. #}
(
{% for set_name in sets %}
    {{ "or " if not loop.first else "" }}(
{% filter indent(8, true) %}
{% include "picking/only/" ~ set_name ~ ".sql" %}
{% endfilter %}

    )
{% endfor %}
)
