select problem, file, first_id, last_id, first_day, last_day
from archive_faults
order by first_id nulls last, file
