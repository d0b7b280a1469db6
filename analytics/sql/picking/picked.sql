{% if model is none %}
{# Read again for each use: a copy of so many leads would not fit into memory. Where each is joined
   with its model, a copy is the lesser evil. #}
picked as not materialized (
    from leads
{% else %}
of_model as (
{% filter indent(4, true) %}
{% if model == 0 %}
{% include "picking/of_model_0.sql" %}
{% else %}
{% include "picking/of_model_1.sql" %}
{% endif %}
{% endfilter %}

),

picked as (
    from of_model
{% endif %}
    where day between $from and $to
{% for condition in conditions %}
        and {{ condition | indent(8) }}
{% endfor %}
)
