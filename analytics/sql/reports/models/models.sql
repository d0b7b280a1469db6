-- What the two attribution models say of the same leads, by source and medium; only leads that came
-- in both models. Most leads under either model first.
--
-- ..._0: under the last interaction (model 0), ..._1: under the last non-direct one (model 1).
-- both: leads of this source and medium in both models. difference: leads_1 - leads_0.
-- target_leads_0, target_leads_1: the target leads among leads_0 and leads_1; target_known_0,
-- target_known_1: those whose flag is known. NULL in source or medium: Calltouch gave none.
with {{ picked }},

{{ part("compared") }},

sides as (
    select 0 as model, source_0 as source, medium_0 as medium, * from compared
    union all
    select 1 as model, source_1 as source, medium_1 as medium, * from compared
)

select
    source,
    medium,
    coalesce(sum(leads) filter (where model = 0), 0)::bigint as leads_0,
    coalesce(sum(leads) filter (where model = 1), 0)::bigint as leads_1,
    coalesce(
        sum(leads) filter (
            where model = 0 and not {{ is_moved }}
        ),
        0
    )::bigint as both,
    leads_1 - leads_0 as difference,
    coalesce(sum(target_leads) filter (where model = 0), 0)::bigint as target_leads_0,
    coalesce(sum(target_leads) filter (where model = 1), 0)::bigint as target_leads_1,
    coalesce(sum(target_known) filter (where model = 0), 0)::bigint as target_known_0,
    coalesce(sum(target_known) filter (where model = 1), 0)::bigint as target_known_1
from sides
group by source, medium
order by greatest(leads_0, leads_1) desc, source nulls last, medium nulls last;
