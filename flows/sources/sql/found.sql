-- The newest lead with all of what is given.
select lead_type, lead_id
from leads
where ($lead_type = 'any' or lead_type = $lead_type)
    and happened_at >= $since::timestamptz
    and ($request_number is null or request_number = $request_number)
    and ($phone is null or canonical_phone = $phone)
    and ($email is null or canonical_email = $email)
    and ($session_id is null or session_id = try_cast($session_id as bigint))
    and ($lead_id is null or lead_id = try_cast($lead_id as bigint))
order by happened_at desc, lead_type, lead_id desc
limit 1
