-- One row per field whose value differs from the one carried before it. Design rule 6.
create or replace temp table changes as
with candidates as (
    select carried.*
    from carried
    semi join (select * from state where varies) as varying
        on varying.lead_no = carried.lead_no
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
    window history as (partition by lead_no, attribution_model, field order by place)
)

select
    touched.lead_type,
    touched.lead_id,
    lives.sent_at as changed_at,
    compared.field,
    compared.attribution_model,
    compared.old_value,
    compared.value as new_value,
    lives.delivery_id,
    lives.webhook,
    coalesce(list_contains(lives.changed_fields, compared.field), false) as is_declared,
    compared.lead_no,
    compared.place
from compared
inner join touched using (lead_no)
inner join lives using (lead_no, place)
where compared.value is distinct from compared.old_value
    and not (compared.is_first and compared.nth = 1);
