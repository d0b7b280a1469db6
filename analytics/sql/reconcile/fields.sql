-- Fields that the API says otherwise than the store: what its records would change in the end.
-- Of leads that the store knows at all. What a webhook that was sent later has said since is no
-- difference, so the API's record must have the last word of the field. At a tie it comes first.
with changes as (
    select
        *,
        delivery_id > $last_id as is_from_api,
        row(changed_at, delivery_id <= $last_id, delivery_id) as place
    from lead_changes
)

select
    changes.lead_type,
    changes.lead_id,
    changes.field,
    changes.attribution_model,
    first(changes.old_value order by place) filter (where is_from_api) as received,
    last(changes.new_value order by place) as in_api
from changes
semi join published.leads as leads
    on leads.lead_type = changes.lead_type and leads.lead_id = changes.lead_id
group by changes.lead_type, changes.lead_id, changes.field, changes.attribution_model
having last(is_from_api order by place)
order by all;
