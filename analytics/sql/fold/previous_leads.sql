followed as (
    select
        lead_type,
        lead_id,
{% for column in links %}
        epoch(moment) - epoch(lag(moment) over {{ column }}) as {{ column }},
{% endfor %}
        {% filter indent(8) %}{% include "fold/turns.sql" %}{% endfilter %}

    from told_leads
    window {% include "fold/link_orders.sql" %},
    {% include "fold/turn_order.sql" %}

)
