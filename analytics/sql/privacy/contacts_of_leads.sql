-- What the people of the leads $ids (calls and requests alike) are known by, now and formerly.
select lead_id, caller_phone as phone, email, fio as name
from leads
where lead_id in (select unnest($ids))
union all
select
    lead_id,
    if(field = 'callerphone', value, null) as phone,
    if(field = 'email', value, null) as email,
    if(field = 'fio', value, null) as name
from (
    select lead_id, field, unnest([old_value, new_value]) as value
    from lead_changes
    where field in ('callerphone', 'email', 'fio') and lead_id in (select unnest($ids))
) as changed
where value is not null;
