-- Which leads a slice has, and what each adds to every measure: those of the catalog in use.
create or replace temp table {{ table }} as
with {{ picked }}

select
    lead_type,
    lead_id,
    1 as leads,
    coalesce(is_unique, false)::integer as unique_leads,
    coalesce(is_target, false)::integer as target_leads,
    coalesce(is_unique_target, false)::integer as unique_target_leads,
    coalesce(is_spam, false)::integer as spam_leads,
    ((lead_type, lead_id) in (select (lead_type, lead_id) from lead_tags))::integer as tagged_leads,
    coalesce({{ is_missed }}, false)::integer as missed_calls
from picked
