-- Leads that came in both attribution models, by their source and medium in each: leads, the target
-- leads among them, and those whose flag is known.
--
-- Where no model is asked for, a lead that has model 1 says itself what that is.
in_both as (
    select
        last.source as source_0,
        last.medium as medium_0,
        picked.source as source_1,
        picked.medium as medium_1,
        picked.is_target
    from picked
    inner join lead_attributions as last
        on last.lead_type = picked.lead_type and last.lead_id = picked.lead_id
            and last.attribution_model = 0
    where $model is null and picked.attribution_model = 1
    union all
    select
        last.source as source_0,
        last.medium as medium_0,
        non_direct.source as source_1,
        non_direct.medium as medium_1,
        picked.is_target
    from picked
    inner join lead_attributions as last
        on last.lead_type = picked.lead_type and last.lead_id = picked.lead_id
            and last.attribution_model = 0
    inner join lead_attributions as non_direct
        on non_direct.lead_type = picked.lead_type and non_direct.lead_id = picked.lead_id
            and non_direct.attribution_model = 1
    where $model is not null
),

compared as (
    select
        source_0,
        medium_0,
        source_1,
        medium_1,
        count(*) as leads,
        count(*) filter (where is_target) as target_leads,
        count(is_target) as target_known
    from in_both
    group by all
)
