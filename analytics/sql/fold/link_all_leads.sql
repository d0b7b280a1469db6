-- The same of all leads there are, for those that have a previous one; where a store is made anew.
create or replace temp table links as
with told_leads as not materialized (
    select
        by_number,
        if(by_number, number_id, email_id) as client,
        lead_type,
        lead_id,
        site_id,
        person,
        day,
        {{ moment("leads") }} as moment,
        lead_type = 'request' as is_request
    from leads
    cross join (select unnest([true, false]) as by_number)
    where client is not null
),

{% include "fold/previous_leads.sql" %}

select
    lead_type,
    lead_id,
    {{ least_of_links }}
from followed
group by lead_type, lead_id
having coalesce({{ links | join(', ') }}, person_turn) is not null;
