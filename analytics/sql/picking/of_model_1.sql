-- Every lead with the traffic columns of the attribution model 1; NULL where it was not received.
-- A lead that has it has them already: it is the preferred one.
select
    leads.* replace (
        1::smallint as attribution_model,
{% for column in traffic_columns %}
        if(attribution_model = 1, {{ column }}, null) as {{ column }}{{ "," if not loop.last else "" }}
{% endfor %}
    )
from leads
