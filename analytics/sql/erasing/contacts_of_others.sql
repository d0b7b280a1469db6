-- Which of $phones, $emails and $caller_ids are the contact of a lead other than $lead_types,
-- $lead_ids (two lists, side by side).
with asked as (
    select unnest($lead_types) as lead_type, unnest($lead_ids) as lead_id
)

select distinct unnest([canonical_phone, canonical_email, ct_caller_id]) as contact
from leads
anti join asked using (lead_type, lead_id)
where
    list_contains($phones, canonical_phone)
    or list_contains($emails, canonical_email)
    or list_contains($caller_ids, ct_caller_id);
