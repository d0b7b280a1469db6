-- Which stored deliveries are to be read: some, by their ids.
create or replace temp table wanted_deliveries as
select rowid as row_id
from digest.deliveries
semi join page using (delivery_id);
