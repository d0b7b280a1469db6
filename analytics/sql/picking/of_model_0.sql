-- Every lead with the traffic columns of the attribution model 0; NULL where it was not received.
select
    leads.* replace (
        0::smallint as attribution_model,
        if(other_model is null, null, 1::smallint) as other_model,
        if(other_model is null, null, leads.source) as other_source,
        if(other_model is null, null, leads.medium) as other_medium,
{% for column in traffic_columns %}
        of_model.{{ column }} as {{ column }}{{ "," if not loop.last else "" }}
{% endfor %}
    )
from leads
left join lead_attributions as of_model
    on of_model.lead_type = leads.lead_type
        and of_model.lead_id = leads.lead_id
        and of_model.attribution_model = 0
