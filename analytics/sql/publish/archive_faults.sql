insert into archive_faults by name
select * replace (first_day::date as first_day, last_day::date as last_day)
from noted
