select
    calendar.is_working,
    count(distinct calendar.day) as days,
    count(leads.lead_id) as leads,
    count(leads.lead_id) / count(distinct calendar.day) as leads_per_day
from calendar
left join leads on leads.day = calendar.day
where calendar.day between {{ first | literal }} and {{ last | literal }}
group by calendar.is_working
order by calendar.is_working desc;
