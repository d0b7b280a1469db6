select
    source,
    medium,
    sum(leads)::bigint as leads,
    sum(target_leads)::bigint as target_leads,
    sum(target_leads) / nullif(sum(target_known), 0) as target_rate
from leads_by_day_and_model
where attribution_model = 1
    and day between {{ first | literal }} and {{ last | literal }}
group by source, medium
order by leads desc, source, medium;
