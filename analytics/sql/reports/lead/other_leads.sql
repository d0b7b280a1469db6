-- Other leads of the person of one lead, $lead_type and $lead_id: the $top newest, 0 is all
-- of them; calls and requests of all sites. in_all: how many there are.
--
-- The same person: the same ct_caller_id, else the same caller_phone, else the same email;
-- matched_by says which of them, the first that fits.
with asked as (
    select lead_type, lead_id, ct_caller_id, caller_phone, email
    from leads
    where lead_type = $lead_type and lead_id = $lead_id
)

select
    leads.lead_type,
    leads.lead_id,
    leads.day,
    leads.happened_local,
    leads.site_name,
    leads.caller_phone,
    leads.email,
    leads.source,
    leads.medium,
    leads.status,
    leads.is_unique,
    leads.is_target,
    leads.manager,
    leads.subject,
    case
        when leads.ct_caller_id = asked.ct_caller_id then 'ct_caller_id'
        when leads.caller_phone = asked.caller_phone then 'caller_phone'
        else 'email'
    end as matched_by,
    count(*) over () as in_all
from leads
cross join asked
where (
        leads.ct_caller_id = asked.ct_caller_id
        or leads.caller_phone = asked.caller_phone
        or leads.email = asked.email
    )
    and not (leads.lead_type = asked.lead_type and leads.lead_id = asked.lead_id)
order by
    coalesce(leads.happened_at, leads.first_received_at) desc,
    leads.lead_type,
    leads.lead_id desc
limit if($top = 0, 9223372036854775807, $top);
