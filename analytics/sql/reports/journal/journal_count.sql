-- How many leads the journal has in all, one row.
with {{ picked }}

select count(*) as leads
from picked;
