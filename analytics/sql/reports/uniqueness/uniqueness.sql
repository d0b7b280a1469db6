-- Unique and repeat leads by Calltouch's own flags: one row per day of the period, also where there
-- were none. A lead whose flag is not known is in leads alone.
with picked as (from leads),

days as (
    select unnest(generate_series($from::timestamp, $to::timestamp, interval 1 day))::date as day
),

counted as (
    select
        day,
        count(*) as leads,
        count(*) filter (where is_unique) as unique_leads,
        count(*) filter (where not is_unique) as repeat_leads
    from picked
    group by day
)

select
    day,
    coalesce(leads, 0) as leads,
    coalesce(unique_leads, 0) as unique_leads,
    coalesce(repeat_leads, 0) as repeat_leads
from days
left join counted using (day)
order by day;
