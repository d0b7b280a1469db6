insert into reconciliation_unread by name
select * replace (day::date as day)
from noted;
