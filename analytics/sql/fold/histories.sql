-- How many deliveries of the touched leads are stored, and how many bytes of parameters they have.
-- They are looked up once, for reading them afterwards.
create or replace temp table stored_deliveries as
select rowid as row_id, lead_type, lead_id, size
from digest.deliveries
semi join touched using (lead_type, lead_id);

select lead_type, lead_id, count(*) as count, sum(size)::bigint as size
from stored_deliveries
group by lead_type, lead_id;
