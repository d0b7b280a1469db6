-- Leads per $unit ('hour' to 'year'): one row for each of them, also where there
-- were none. `starts_on` is its first day (a week's is Monday), which may lie before the period;
-- only leads of the period are counted.
with {{ picked }},

{{ part("units") }},

counted as (
    select
        {{ unit_start }} as starts_on,
        count(*) as leads,
        {{ calls }} as calls,
        {{ requests }} as requests,
        count(*) filter (where is_unique) as unique_leads,
        count(*) filter (where is_target) as target_leads,
        count(*) filter (where is_unique_target) as unique_target_leads,
        count(*) filter (where {{ is_missed }}) as missed_calls
    from picked
    group by all
)

select
    starts_on,
    coalesce(leads, 0) as leads,
    coalesce(calls, 0) as calls,
    coalesce(requests, 0) as requests,
    coalesce(unique_leads, 0) as unique_leads,
    coalesce(target_leads, 0) as target_leads,
    coalesce(unique_target_leads, 0) as unique_target_leads,
    coalesce(missed_calls, 0) as missed_calls
from units
left join counted using (starts_on)
order by starts_on;
