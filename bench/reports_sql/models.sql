with pairs as (
    select
        last.source as source_0,
        last.medium as medium_0,
        leads.source as source_1,
        leads.medium as medium_1,
        count(*) as leads,
        count(*) filter (where is_target) as target_leads
    from leads
    inner join lead_attributions as last using (lead_type, lead_id)
    where day between $from and $to
        and leads.attribution_model = 1
        and last.attribution_model = 0
    group by all
),

sides as (
    select
        source_0 as source,
        medium_0 as medium,
        leads as leads_0,
        0 as leads_1,
        if(source_0 = source_1 and medium_0 = medium_1, leads, 0) as "both",
        target_leads as target_leads_0,
        0 as target_leads_1
    from pairs
    union all
    select source_1, medium_1, 0, leads, 0, 0, target_leads from pairs
)

select
    source,
    medium,
    sum(leads_0)::bigint as leads_0,
    sum(leads_1)::bigint as leads_1,
    sum("both")::bigint as "both",
    sum(target_leads_0)::bigint as target_leads_0,
    sum(target_leads_1)::bigint as target_leads_1
from sides
group by source, medium;
