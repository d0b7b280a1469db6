-- The new deliveries, and the old ones whose outcome a late delivery has changed.
create or replace temp table rewritten as
select deliveries.* replace (outcomes.outcome as outcome, outcomes.is_late as is_late)
from deliveries
inner join outcomes using (delivery_id)
where not outcomes.is_new
    and (deliveries.outcome <> outcomes.outcome or deliveries.is_late <> outcomes.is_late);

delete from deliveries where delivery_id in (select delivery_id from rewritten);

insert into deliveries
select * from rewritten;

insert into deliveries by name
with misfits as (
    select
        lives.delivery_id,
        list('not ' || parameters.kind || ': ' || carried.field order by carried.field) as misfits
    from carried
    inner join parameters on parameters.parameter = carried.field
    inner join lives using (lead_no, place)
    where not carried.is_fit
    group by lives.delivery_id
)

select
    incoming.* replace (
        coalesce(incoming.outcome, outcomes.outcome) as outcome,
        list_concat(incoming.problems, coalesce(misfits.misfits, [])) as problems
    ),
    coalesce(outcomes.is_late, false) as is_late
from incoming
left join outcomes using (delivery_id)
left join misfits using (delivery_id)
order by incoming.delivery_id;
