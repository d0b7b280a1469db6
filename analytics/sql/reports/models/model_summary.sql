-- How much the choice of the attribution model changes, one row.
--
-- both_models: leads that came in both; only_model_0 (last interaction), only_model_1 (last
-- non-direct): leads that came in one. moved: leads of both_models whose source and medium are not
-- the same in both; moved_share: their share in both_models, 0 to 1, NULL when there are none.
-- rescued_from_direct: '(direct)', '(none)' in the last interaction and not in the non-direct one.
with picked as (from leads),

wanted as (
    select lead_type, lead_id
    from picked
),

compared as (
    select
        last.lead_id is not null as has_0,
        non_direct.lead_id is not null as has_1,
        has_0 and has_1
            and (last.source, last.medium) is distinct from (non_direct.source, non_direct.medium)
            as is_moved,
        coalesce(last.source = '(direct)' and last.medium = '(none)', false) as is_direct
    from wanted
    left join lead_attributions as last
        on last.lead_type = wanted.lead_type and last.lead_id = wanted.lead_id
            and last.attribution_model = 0
    left join lead_attributions as non_direct
        on non_direct.lead_type = wanted.lead_type and non_direct.lead_id = wanted.lead_id
            and non_direct.attribution_model = 1
)

select
    count(*) as leads,
    count(*) filter (where has_0 and has_1) as both_models,
    count(*) filter (where has_0 and not has_1) as only_model_0,
    count(*) filter (where has_1 and not has_0) as only_model_1,
    count(*) filter (where is_moved) as moved,
    moved / nullif(both_models, 0) as moved_share,
    count(*) filter (where is_moved and is_direct) as rescued_from_direct
from compared;
