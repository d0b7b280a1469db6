select
    leads.day,
    count(*) as missed,
    count(*) filter (where recovered_at <= missed_at + interval 24 hour) as called_back,
    median(epoch(recovered_at) - epoch(missed_at))
        filter (where recovered_at <= missed_at + interval 24 hour) / 60 as minutes
from missed_calls
inner join leads on leads.lead_type = 'call' and leads.lead_id = missed_calls.lead_id
where leads.day between {{ first | literal }} and {{ last | literal }}
group by leads.day
order by leads.day;
