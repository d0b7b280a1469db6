-- How many leads there are in all, and the first and last day that has any. One row; the days are
-- NULL when there are no leads.
select
    count(*) as leads,
    min(day) as first_day,
    max(day) as last_day
from leads;
