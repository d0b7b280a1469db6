-- Unique and repeat leads by Calltouch's own flags: one row per day of the period, also where there
-- were none. A lead whose flag is not known is in leads alone.
--
-- $unit: 'day', or 'week', 'month' or 'year'; day is then its first day (a week's is Monday), which
-- may lie before the period; only leads of the period are counted.
with picked as (from leads),

days as (
    select unnest(
        generate_series(
            date_trunc($unit, $from)::timestamp,
            $to::timestamp,
            case $unit
                when 'day' then interval 1 day
                when 'week' then interval 7 day
                when 'month' then interval 1 month
                when 'year' then interval 1 year
            end
        )
    )::date as day
),

counted as (
    select
        date_trunc($unit, day)::date as day,
        count(*) as leads,
        count(*) filter (where is_unique) as unique_leads,
        count(*) filter (where not is_unique) as repeat_leads
    from picked
    group by all
)

select
    day,
    coalesce(leads, 0) as leads,
    coalesce(unique_leads, 0) as unique_leads,
    coalesce(repeat_leads, 0) as repeat_leads
from days
left join counted using (day)
order by day;
