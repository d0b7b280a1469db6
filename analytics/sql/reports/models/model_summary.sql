-- How much the choice of the attribution model changes, one row.
--
-- both_models: leads that came in both; only_model_0 (last interaction), only_model_1 (last
-- non-direct): leads that came in one. moved: leads of both_models whose source and medium are not
-- the same in both; moved_share: their share in both_models, 0 to 1, NULL when there are none.
-- rescued_from_direct: '(direct)', '(none)' in the last interaction and not in the non-direct one.
with {{ picked }},

{{ part("compared") }},

in_both_models as (
    select
        coalesce(sum(leads), 0)::bigint as leads,
        coalesce(sum(leads) filter (where {{ is_moved }}), 0)::bigint as moved,
        coalesce(sum(leads) filter (where {{ is_rescued_from_direct }}), 0)::bigint
            as rescued_from_direct
    from compared
),

-- Every lead came in one model at least, and where no model is asked for it says whether in 1.
in_model_1 as (
    select count(*) as leads
    from picked
{% if model is not none %}
    inner join lead_attributions as non_direct
        on non_direct.lead_type = picked.lead_type and non_direct.lead_id = picked.lead_id
            and non_direct.attribution_model = 1
{% else %}
    where attribution_model = 1
{% endif %}
),

in_all as (
    select count(*) as leads
    from picked
)

select
    in_all.leads,
    in_both_models.leads as both_models,
    in_all.leads - in_model_1.leads as only_model_0,
    in_model_1.leads - in_both_models.leads as only_model_1,
    moved,
    moved / nullif(both_models, 0) as moved_share,
    rescued_from_direct
from in_all
cross join in_both_models
cross join in_model_1;
