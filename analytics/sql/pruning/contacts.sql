-- By what the people of the leads $lead_types, $lead_ids (two lists, side by side) are known, now
-- and formerly.
with asked as (
    select distinct unnest($lead_types) as lead_type, unnest($lead_ids) as lead_id
)

select lead_type, lead_id, unnest(['callerphone', 'email', 'fio', 'ctCallerId']) as field,
    unnest([caller_phone, email, fio, ct_caller_id]) as value
from leads
inner join asked using (lead_type, lead_id)
union
select lead_type, lead_id, field, unnest([old_value, new_value]) as value
from lead_changes
inner join asked using (lead_type, lead_id)
where field in ('callerphone', 'email', 'fio', 'ctCallerId');
