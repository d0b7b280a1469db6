insert into reconciliation_differences by name
select * replace (day::date as day)
from noted;
