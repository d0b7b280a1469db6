-- Fields that the API says otherwise than the store: what its records would change.
-- Of leads that the store knows at all.
select
    changes.lead_type,
    changes.lead_id,
    changes.field,
    changes.attribution_model,
    changes.old_value as received,
    changes.new_value as in_api
from lead_changes as changes
semi join published.leads as leads
    on leads.lead_type = changes.lead_type and leads.lead_id = changes.lead_id
where changes.delivery_id > $last_id
order by all;
