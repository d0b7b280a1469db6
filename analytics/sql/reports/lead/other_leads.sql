-- Other leads of the person of one lead, $lead_type and $lead_id: the $top newest, 0 is all
-- of them; calls and requests of all sites. in_all: how many there are.
--
-- The same person: the same phone, else the same e-mail, however they are written, else the same
-- ct_caller_id; matched_by says which of them, the first that fits.
with asked as (
    select
        lead_type,
        lead_id,
        canonical_phone,
        canonical_email,
        nullif(ct_caller_id, '') as ct_caller_id,
        person
    from leads
    where lead_type = $lead_type and lead_id = $lead_id
),

-- First only what is compared is read, then the rows that matter. Who has the same phone has the
-- same person, and a number is compared in less time than a text.
found as materialized (
    select leads.lead_type, leads.lead_id, leads.day
    from leads
    cross join asked
    where leads.person = asked.person
        or leads.canonical_email = asked.canonical_email
        or leads.ct_caller_id = asked.ct_caller_id
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
        when leads.canonical_phone = asked.canonical_phone then 'caller_phone'
        when leads.canonical_email = asked.canonical_email then 'email'
        else 'ct_caller_id'
    end as matched_by,
    count(*) over () as in_all
from leads
inner join found using (lead_type, lead_id, day)
cross join asked
where not (leads.lead_type = asked.lead_type and leads.lead_id = asked.lead_id)
order by
    {{ moment("leads") }} desc,
    leads.lead_type,
    leads.lead_id desc
limit {{ number_or_all("$top") }};
