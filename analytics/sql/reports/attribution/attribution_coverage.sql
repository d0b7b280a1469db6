-- What the leads say of where they came from, one row.
--
-- by_model_0, by_model_1: leads whose traffic columns are those of the last interaction, of the last
-- non-direct one; without_model: leads of which the attribution model asked for (of which any, where
-- none was) was not received. without_utm: leads with none of the five utm_ parameters.
with {{ picked }},

judged as not materialized (
    select
        lead_type,
        lead_id,
        attribution_model as model,
        source is not null as is_told,
        coalesce(utm_source, utm_medium, utm_campaign, utm_content, utm_term) is null
            as is_without_utm
    from picked
),

-- A lead's source came with its model. Of the few without one it is looked up whether the model was
-- received.
silent as (
    select
        count(*) as leads,
        count(*) filter (where model = 0) as by_model_0,
        count(*) filter (where model = 1) as by_model_1
    from judged
    inner join lead_attributions as received
        on received.lead_type = judged.lead_type
            and received.lead_id = judged.lead_id
            and received.attribution_model = judged.model
    where not is_told
),

counted as (
    select
        count(*) as leads,
        count(*) filter (where is_told) as told,
        count(*) filter (where is_told and model = 0) as by_model_0,
        count(*) filter (where is_told and model = 1) as by_model_1,
        count(*) filter (where is_without_utm) as without_utm
    from judged
)

select
    counted.leads,
    counted.by_model_0 + silent.by_model_0 as by_model_0,
    counted.by_model_1 + silent.by_model_1 as by_model_1,
    counted.leads - counted.told - silent.leads as without_model,
    counted.without_utm
from counted
cross join silent;
