-- The leads of the new deliveries. Each is folded anew from all its deliveries.
create or replace temp table touched as
select lead_type, lead_id, row_number() over ()::integer as lead_no
from (select distinct lead_type, lead_id from incoming where lead_id is not null);
