-- How many leads there are, and the first and last day that has any. One row; the days are NULL
-- when there are no leads. Days are those of $timezone, within the years 1 to 9999: more than that
-- the calendars of our readers do not know.
with dated as (
    select coalesce(happened_local, first_received_at at time zone $timezone)::date as day
    from leads
)

select
    count(*) as leads,
    min(greatest(day, date '0001-01-01')) as first_day,
    max(least(day, date '9999-12-31')) as last_day
from dated;
