-- Traces of lost deliveries, per lead and webhook. Design rule 9.
create or replace temp table gaps as
with candidates as (
    select carried.*
    from carried
    semi join (select * from chain_state where varies) as varying
        on varying.chain = carried.chain
            and varying.field = carried.field
            and varying.attribution_model is not distinct from carried.attribution_model
    anti join (select * from parameters where not is_compared) as never_compared
        on never_compared.parameter = carried.field
    where not carried.is_silent
),

compared as (
    select
        *,
        lag(value) over history as old_value,
        row_number() over history = 1 as is_first
    from candidates
    window history as (partition by chain, attribution_model, field order by place)
),

undeclared as (
    select compared.lead_no, compared.place, list(compared.field order by field) as fields
    from compared
    inner join lives using (lead_no, place)
    where lives.origin = 'webhook'
        and compared.value is distinct from compared.old_value
        and not (compared.is_first and compared.chain_nth = 1)
        and not list_contains(lives.changed_fields, compared.field)
    group by compared.lead_no, compared.place
)

select
    lives.lead_type,
    lives.lead_id,
    lives.webhook,
    lives.delivery_id,
    'undeclared change' as reason,
    undeclared.fields
from undeclared
inner join lives using (lead_no, place)
union all
select
    lead_type,
    lead_id,
    webhook,
    delivery_id,
    'first delivery is not a first sending' as reason,
    []::varchar[] as fields
from lives
where origin = 'webhook' and chain_place = 1 and changed_fields is not null;
