select
    isodow(happened_local) as weekday,
    hour(happened_local) as hour,
    count(*) as ended_calls,
    count(*) filter (where status = 'unsuccessful') as missed,
    count(*) filter (where status = 'unsuccessful') / count(*) as missed_rate
from calls
where is_ended
    and status is not null
    and happened_local is not null
    and day between {{ first | literal }} and {{ last | literal }}
group by all
order by missed desc, weekday, hour;
