select
    leads.happened_local,
    leads.lead_id,
    leads.manager,
    string_agg(channel || ': ' || phrase, chr(10) order by position) as said
from call_phrases
inner join leads on leads.lead_type = 'call' and leads.lead_id = call_phrases.lead_id
where phrase ilike '%договор%'
    and leads.day between {{ first | literal }} and {{ last | literal }}
group by all
order by leads.happened_local desc, leads.lead_id;
