-- Which stored deliveries are to be read: all of the touched leads, of those that histories.sql has
-- found.
create or replace temp table wanted_deliveries as
select row_id
from stored_deliveries
semi join touched using (lead_type, lead_id);
