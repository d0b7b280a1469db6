-- Days that are not as their weekday is. Bound: $first, $last.
select day
from calendar
where kind not in ('working', 'day_off') and day between $first and $last;
