-- A row per day, site, kind of lead, source and medium of the last non-direct click.
select
    day,
    site_id,
    lead_type,
    source,
    medium,
    sum(leads)::bigint as leads,
    sum(unique_leads)::bigint as unique_leads,
    sum(target_leads)::bigint as target_leads,
    sum(target_known)::bigint as target_known
from {{ source('calltouch', 'leads_by_day_and_model') }}
where attribution_model = 1
group by all
