-- A row per day, site, kind of lead, source and medium of the last non-direct click.
select
    leads.day,
    leads.site_id,
    leads.lead_type,
    traffic.source,
    traffic.medium,
    count(*) as leads,
    count(*) filter (where leads.is_unique) as unique_leads,
    count(*) filter (where leads.is_target) as target_leads,
    count(leads.is_target) as leads_with_known_target
from {{ source('calltouch', 'leads') }} as leads
join {{ source('calltouch', 'lead_attributions') }} as traffic
    on traffic.lead_type = leads.lead_type and traffic.lead_id = leads.lead_id
where traffic.attribution_model = 1
group by all
