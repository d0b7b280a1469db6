-- How many other leads the person of one lead, $lead_type and $lead_id, has that these rights do not
-- cover: one count, and nothing else of them. The same person as in reports/lead/other_leads.
with asked as (
    select canonical_email, nullif(ct_caller_id, '') as ct_caller_id, person
    from leads
    where lead_type = $lead_type and lead_id = $lead_id
),

found as (
    select leads.lead_type, leads.lead_id
    from {{ source }}.leads
    cross join asked
    where leads.person = asked.person
        or leads.canonical_email = asked.canonical_email
        or leads.ct_caller_id = asked.ct_caller_id
)

select count(*) as leads
from found
anti join leads using (lead_type, lead_id);
