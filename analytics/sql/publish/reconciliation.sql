insert into reconciliation by name
select * replace (day::date as day, compared_at::timestamptz as compared_at)
from noted;
