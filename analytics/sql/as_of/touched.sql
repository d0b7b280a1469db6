-- The leads that were known, those next to each other whose deliveries are.
select lead_type, lead_id, sum(size)::bigint as size
from stored_deliveries
group by lead_type, lead_id
order by min(row_id);
