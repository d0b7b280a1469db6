-- Leads without a phone that once had a contact that may be one of $ends (the last digits of phones),
-- $emails or $caller_ids, and that contact as it was written.
with former as (
    select distinct lead_type, lead_id, field, unnest([old_value, new_value]) as written
    from lead_changes
    inner join leads using (lead_type, lead_id)
    where canonical_phone is null and field in ('callerphone', 'email', 'ctCallerId')
)

select lead_type, lead_id, field, written
from former
where
    (
        field = 'callerphone'
        and list_contains($ends, right(regexp_replace(written, '\D', '', 'g'), $digits))
    )
    or (field = 'email' and list_contains($emails, lower(trim(written))))
    or (field = 'ctCallerId' and list_contains($caller_ids, written))
order by all;
