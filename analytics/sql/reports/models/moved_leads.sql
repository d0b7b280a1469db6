-- Leads whose source and medium are not the same in the two attribution models, newest first, at
-- most $top, 0 is all of them. ..._0: the last interaction, ..._1: the last non-direct one; NULL: Calltouch gave
-- none.
with picked as (from leads),

wanted as (
    select lead_type, lead_id, happened_local, first_received_at, happened_at, is_target
    from picked
)

select
    wanted.lead_type,
    wanted.lead_id,
    happened_local,
    last.source as source_0,
    last.medium as medium_0,
    non_direct.source as source_1,
    non_direct.medium as medium_1,
    is_target
from wanted
inner join lead_attributions as last
    on last.lead_type = wanted.lead_type and last.lead_id = wanted.lead_id
        and last.attribution_model = 0
inner join lead_attributions as non_direct
    on non_direct.lead_type = wanted.lead_type and non_direct.lead_id = wanted.lead_id
        and non_direct.attribution_model = 1
where (last.source, last.medium) is distinct from (non_direct.source, non_direct.medium)
order by coalesce(happened_at, first_received_at) desc, wanted.lead_type, wanted.lead_id desc
limit if($top = 0, 9223372036854775807, $top);
