-- Leads whose source and medium are not the same in the two attribution models, newest first, at
-- most $top, 0 is all of them. ..._0: the last interaction, ..._1: the last non-direct one; NULL:
-- Calltouch gave none.
with {{ picked }},

-- Where no model is asked for, a lead that has model 1 says itself what that is.
{% set non_direct = "picked" if model is none else "non_direct" %}
in_both as (
    select
        picked.lead_type,
        picked.lead_id,
        picked.happened_local,
        picked.is_target,
        {{ moment("picked") }} as moment,
        last.source as source_0,
        last.medium as medium_0,
        {{ non_direct }}.source as source_1,
        {{ non_direct }}.medium as medium_1
    from picked
    inner join lead_attributions as last
        on last.lead_type = picked.lead_type and last.lead_id = picked.lead_id
            and last.attribution_model = 0
{% if model is not none %}
    inner join lead_attributions as non_direct
        on non_direct.lead_type = picked.lead_type and non_direct.lead_id = picked.lead_id
            and non_direct.attribution_model = 1
{% else %}
    where picked.attribution_model = 1
{% endif %}
)

select
    lead_type,
    lead_id,
    happened_local,
    source_0,
    medium_0,
    source_1,
    medium_1,
    is_target
from in_both
where {{ is_moved }}
order by moment desc, lead_type, lead_id desc
limit {{ number_or_all("$top") }};
