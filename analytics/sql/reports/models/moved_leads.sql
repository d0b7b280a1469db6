-- Leads whose source and medium are not the same in the two attribution models, newest first, at
-- most $top, 0 is all of them. ..._0: the last interaction, ..._1: the last non-direct one; NULL: Calltouch gave
-- none.
with picked as (from leads),

-- Where no model is asked for, a lead that has model 1 says itself what that is.
in_both as (
    select
        picked.* replace (last.source as source, last.medium as medium),
        picked.source as source_1,
        picked.medium as medium_1
    from picked
    inner join lead_attributions as last
        on last.lead_type = picked.lead_type and last.lead_id = picked.lead_id
            and last.attribution_model = 0
    where $model is null and picked.attribution_model = 1
    union all
    select
        picked.* replace (last.source as source, last.medium as medium),
        non_direct.source as source_1,
        non_direct.medium as medium_1
    from picked
    inner join lead_attributions as last
        on last.lead_type = picked.lead_type and last.lead_id = picked.lead_id
            and last.attribution_model = 0
    inner join lead_attributions as non_direct
        on non_direct.lead_type = picked.lead_type and non_direct.lead_id = picked.lead_id
            and non_direct.attribution_model = 1
    where $model is not null
)

select
    lead_type,
    lead_id,
    happened_local,
    source as source_0,
    medium as medium_0,
    source_1,
    medium_1,
    is_target
from in_both
where (source, medium) is distinct from (source_1, medium_1)
order by coalesce(happened_at, first_received_at) desc, lead_type, lead_id desc
limit if($top = 0, 9223372036854775807, $top);
