select
    last.source as last_source,
    last.medium as last_medium,
    non_direct.source as non_direct_source,
    non_direct.medium as non_direct_medium,
    count(*) as leads
from leads
inner join lead_attributions as last using (lead_type, lead_id)
inner join lead_attributions as non_direct using (lead_type, lead_id)
where last.attribution_model = 0
    and non_direct.attribution_model = 1
    and (last.source, last.medium) is distinct from (non_direct.source, non_direct.medium)
    and leads.day between {{ first | literal }} and {{ last | literal }}
group by all
order by leads desc, last_source, last_medium, non_direct_source, non_direct_medium;
