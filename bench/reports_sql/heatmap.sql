select
    isodow(happened_local) as weekday,
    hour(happened_local) as hour,
    count(*) as leads,
    count(*) filter (where lead_type = 'call') as calls,
    count(*) filter (where is_ended and status = 'unsuccessful') as missed,
    quantile_cont(waiting_time, 0.5) filter (
        where is_ended and status = 'successful'
    ) as waiting_p50
from leads
where day between $from and $to
group by all;
