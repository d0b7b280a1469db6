-- A row per pair of sources: what the last click says, and what the last non-direct one says.
select
    any_click.source as last_click,
    non_direct.source as last_non_direct_click,
    count(*) as leads
from {{ source('calltouch', 'lead_attributions') }} as any_click
join {{ source('calltouch', 'lead_attributions') }} as non_direct
    on non_direct.lead_type = any_click.lead_type and non_direct.lead_id = any_click.lead_id
where any_click.attribution_model = 0 and non_direct.attribution_model = 1
group by all
