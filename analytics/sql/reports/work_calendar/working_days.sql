-- How many working days the period has, whatever the filters, one row.
--
-- days: all days; working_days, days_off: of those; where calendar does not have a day, as its weekday
-- is. working_hours: of the account, NULL where they are not set for a working day. is_official:
-- whether the moved days of all its years are known.
with days as (
    select
        {{ is_working_day }} as is_working,
        if({{ is_working_day }}, epoch(works_until) - epoch(works_from), 0) / 3600 as hours,
        coalesce(is_official, false) as is_official
    from (select $from + range::integer as day from range($to - $from + 1))
    left join calendar using (day)
)

select
    count(*) as days,
    count(*) filter (where is_working) as working_days,
    count(*) filter (where not is_working) as days_off,
    if(count(hours) = count(*), sum(hours), null) as working_hours,
    bool_and(is_official) as is_official
from days;
