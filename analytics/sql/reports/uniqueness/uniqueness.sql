-- Unique and repeat leads by Calltouch's own flags: one row per day of the period, also where there
-- were none. A lead whose flag is not known is in leads alone.
--
-- $unit: 'day', or 'week', 'month' or 'year'; day is then its first day, see parts/units.sql; only
-- leads of the period are counted.
with {{ picked }},

{{ part("units") }},

counted as (
    select
        {{ unit_start }} as starts_on,
        count(*) as leads,
        count(*) filter (where is_unique) as unique_leads,
        count(*) filter (where not is_unique) as repeat_leads
    from picked
    group by all
)

select
    starts_on as day,
    coalesce(leads, 0) as leads,
    coalesce(unique_leads, 0) as unique_leads,
    coalesce(repeat_leads, 0) as repeat_leads
from units
left join counted using (starts_on)
order by day;
