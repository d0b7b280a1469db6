select
    traffic.utm_source,
    traffic.utm_campaign,
    count(*) as leads,
    count(*) filter (where is_target) as target_leads,
    count(*) filter (where is_unique_target) as unique_target_leads,
    count(*) filter (where is_target) / nullif(count(is_target), 0) as target_rate
from leads
left join lead_attributions as traffic
    on traffic.lead_type = leads.lead_type
        and traffic.lead_id = leads.lead_id
        and traffic.attribution_model = 1
where day between {{ first | literal }} and {{ last | literal }}
group by all
order by leads desc, traffic.utm_source, traffic.utm_campaign;
