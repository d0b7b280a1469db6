-- One lead with the traffic columns of the wanted model, where it has that model.
select leads.* exclude (person), attributed.*
from leads
left join lead_attributions as attributed
    on attributed.lead_type = leads.lead_type
        and attributed.lead_id = leads.lead_id
        and attributed.attribution_model = $model
where leads.lead_type = $lead_type and leads.lead_id = $lead_id
