-- Where the leads rescued from direct came from: '(direct)', '(none)' in the last interaction
-- (model 0), and by source and medium of the last non-direct one (model 1). Most leads first.
--
-- target_known: leads whose flag is known. NULL in source or medium: Calltouch gave none.
with picked as (from leads),

wanted as (
    select lead_type, lead_id, is_target
    from picked
)

select
    non_direct.source as source,
    non_direct.medium as medium,
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
where last.source = '(direct)'
    and last.medium = '(none)'
    and (non_direct.source, non_direct.medium) is distinct from ('(direct)', '(none)')
group by non_direct.source, non_direct.medium
order by leads desc, source nulls last, medium nulls last;
