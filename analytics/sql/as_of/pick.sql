-- Which leads a slice has: those of the catalog in use.
create or replace temp table {{ table }} as
with {{ picked }}

select lead_type, lead_id
from picked
