-- The days of the operations that have been copied now.
insert into digest.flow_days
select distinct timezone('UTC', received_at::timestamptz)::date as day
from noted
where day not in (select flow_days.day from digest.flow_days);
