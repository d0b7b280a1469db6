-- How many leads the journal has in all, one row.
with picked as (from leads)

select count(*) as leads
from picked;
