-- The new deliveries, and the old ones whose outcome a late delivery has changed.
create or replace temp table changed_deliveries as
select stored.* replace (rewritten.outcome as outcome, rewritten.is_late as is_late)
from digest.deliveries as stored
inner join rewritten using (delivery_id);

delete from digest.deliveries where delivery_id in (select delivery_id from rewritten);

insert into digest.deliveries
select * from changed_deliveries;

drop table changed_deliveries;

insert into digest.deliveries by name
select * from folded;
