select
    last.source as source_0,
    leads.source as source_1,
    count(*) as leads
from leads
inner join lead_attributions as last using (lead_type, lead_id)
where day between $from and $to
    and leads.attribution_model = 1
    and last.attribution_model = 0
group by all;
