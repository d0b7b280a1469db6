select
    date_trunc('week', day)::date as week,
    sum(leads)::bigint as leads,
    sum(unique_leads)::bigint as unique_leads,
    sum(target_leads)::bigint as target_leads,
    sum(target_leads) / nullif(sum(target_known), 0) as target_rate
from leads_by_day
where day between {{ first | literal }} and {{ last | literal }}
group by week
order by week;
