insert into lost_deliveries by name
select * replace (day::date as day)
from noted
