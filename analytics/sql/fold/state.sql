-- Last writer wins, field by field, traffic fields per model. Design rule 5.
-- `varies`: some delivery may have changed the field, so changes.sql has to look; `chain_state` says
-- the same of the deliveries of one webhook, for gaps.sql.
create or replace temp table chain_state as
select
    lead_no,
    chain,
    attribution_model,
    field,
    max(place) as place,
    arg_max_null(value, place) as value,
    arg_max(is_nested, place) as is_nested,
    min(nth) as first_nth,
    min(value) as least,
    max(value) as greatest,
    count(value) < count(*) as is_sometimes_empty,
    least is not null
    and (min(chain_nth) > 1 or least <> greatest or is_sometimes_empty) as varies
from carried
where not is_silent
group by lead_no, chain, attribution_model, field;

create or replace temp table state as
select
    lead_no,
    attribution_model,
    field,
    arg_max_null(value, place) as value,
    arg_max(is_nested, place) as is_nested,
    min(least) is not null
    and (
        min(first_nth) > 1
        or min(least) <> max(greatest)
        or bool_or(is_sometimes_empty)
    ) as varies
from chain_state
group by lead_no, attribution_model, field;
