select
    leads.happened_local,
    leads.site_name,
    leads.caller_phone,
    leads.waiting_time,
    leads.lead_id
from missed_calls
inner join leads on leads.lead_type = 'call' and leads.lead_id = missed_calls.lead_id
inner join calendar on calendar.day = leads.happened_local::date
where leads.happened_local >= calendar.works_from
    and leads.happened_local < calendar.works_until
    and (recovered_at is null or recovered_at > missed_at + interval 24 hour)
    and leads.day between {{ first | literal }} and {{ last | literal }}
order by leads.happened_local desc, leads.lead_id;
