-- What the leads say of where they came from, one row.
--
-- by_model_0, by_model_1: leads whose traffic columns are those of the last interaction, of the last
-- non-direct one; without_model: leads of which the attribution model asked for (of which any, where
-- none was) was not received. without_utm: leads with none of the five utm_ parameters.
with picked as (from leads),

judged as (
    select
        if(received.lead_id is null, null, picked.attribution_model) as model,
        coalesce(
            picked.utm_source,
            picked.utm_medium,
            picked.utm_campaign,
            picked.utm_content,
            picked.utm_term
        ) as any_utm
    from picked
    left join lead_attributions as received
        on received.lead_type = picked.lead_type
            and received.lead_id = picked.lead_id
            and received.attribution_model = picked.attribution_model
)

select
    count(*) as leads,
    count(*) filter (where model = 0) as by_model_0,
    count(*) filter (where model = 1) as by_model_1,
    count(*) filter (where model is null) as without_model,
    count(*) filter (where any_utm is null) as without_utm
from judged;
