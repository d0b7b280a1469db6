-- The calendar of the period, whatever the filters: one row per day. See the table calendar.
select
    day,
    is_working,
    kind,
    name_ru,
    name_en,
    swapped_with,
    works_from,
    works_until,
    is_official
from calendar
where day between $from and $to
order by day;
