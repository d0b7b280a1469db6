-- All leads are where they were.
create or replace temp table links as
from replaced_leads
where false;
