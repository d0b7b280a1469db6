followed as (
    select
        lead_type,
        lead_id,
{% for column in links %}
        epoch(moment) - epoch(lag(moment) over {{ column }}) as {{ column }}{{ "," if not loop.last else "" }}
{% endfor %}
    from told_leads
    window {% include "fold/link_orders.sql" %}

)
