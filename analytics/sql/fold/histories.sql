-- How many deliveries of the touched leads are stored, and how many bytes of parameters they have.
select lead_type, lead_id, count(*) as count, sum(size)::bigint as size
from digest.deliveries
semi join touched using (lead_type, lead_id)
group by lead_type, lead_id;
