-- Leads that came in both attribution models, by their source and medium in each: leads, the target
-- leads among them, and those whose flag is known.
wanted as (
    select lead_type, lead_id, is_target
    from picked
),

compared as (
    select
        last.source as source_0,
        last.medium as medium_0,
        non_direct.source as source_1,
        non_direct.medium as medium_1,
        count(*) as leads,
        count(*) filter (where is_target) as target_leads,
        count(is_target) as target_known
    from wanted
    inner join lead_attributions as last
        on last.lead_type = wanted.lead_type and last.lead_id = wanted.lead_id
            and last.attribution_model = 0
    inner join lead_attributions as non_direct
        on non_direct.lead_type = wanted.lead_type and non_direct.lead_id = wanted.lead_id
            and non_direct.attribution_model = 1
    group by all
)
