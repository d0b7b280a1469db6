-- Leads that came in both attribution models, by their source and medium in each: leads, the target
-- leads among them, and those whose flag is known.
--
-- Where no model is asked for, a lead that has model 1 says itself what that is. Leads are joined by
-- a flag in place of the text lead_type, which takes a third of the time off; DuckDB reads the ids
-- of the leads alone where it is compared with the column itself.
asked as not materialized (
    select lead_type = 'call' as is_call, lead_id, source, medium, attribution_model, is_target
    from picked
),

{% set non_direct = "asked" if model is none else "non_direct" %}
in_both as (
    select
        last.source as source_0,
        last.medium as medium_0,
        {{ non_direct }}.source as source_1,
        {{ non_direct }}.medium as medium_1,
        asked.is_target
    from asked
    inner join lead_attributions as last
        on last.lead_id = asked.lead_id and (last.lead_type = 'call') = asked.is_call
            and last.attribution_model = 0
{% if model is not none %}
    inner join lead_attributions as non_direct
        on non_direct.lead_id = asked.lead_id and (non_direct.lead_type = 'call') = asked.is_call
            and non_direct.attribution_model = 1
{% else %}
    where asked.attribution_model = 1
{% endif %}
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
