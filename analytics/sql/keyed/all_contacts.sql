-- What clients are known by, now and formerly, each once.
select distinct field, value
from (
    select 'callerphone' as field, caller_phone as value
    from published.main.leads
    union all
    select 'email' as field, email as value
    from published.main.leads
    union all
    select 'fio' as field, fio as value
    from published.main.leads
    union all
    select field, unnest([old_value, new_value]) as value
    from published.main.lead_changes
    where field in ('callerphone', 'email', 'fio')
) as told
where value <> '';
