-- Stored deliveries of which a later one has changed what they did or where they stand.
create or replace temp table changed_deliveries as
select
    stored.* replace (
        rewritten.sort_key as sort_key,
        rewritten.outcome as outcome,
        rewritten.is_late as is_late,
        rewritten.problems as problems
    )
from digest.deliveries as stored
inner join rewritten using (delivery_id);

delete from digest.deliveries where delivery_id in (select delivery_id from rewritten);

insert into digest.deliveries
select * from changed_deliveries;

drop table changed_deliveries;
