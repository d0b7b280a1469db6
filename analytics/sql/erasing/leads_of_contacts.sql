-- Leads whose contact is one of $phones, $emails (both canonical) or $caller_ids, and what they are
-- known by. $by_email: 'any' also finds leads with a phone of their own by their e-mail.
select lead_type, lead_id, canonical_phone, canonical_email, ct_caller_id, fio
from leads
where
    list_contains($phones, canonical_phone)
    or list_contains($caller_ids, ct_caller_id)
    or (list_contains($emails, canonical_email) and ($by_email = 'any' or canonical_phone is null))
order by lead_type, lead_id;
