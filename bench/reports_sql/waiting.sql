select
    status = 'successful' as is_answered,
    count(*) filter (where waiting_time <= 20) as calls,
    count(*) as known
from leads
where day between $from and $to
    and is_ended and waiting_time is not null
group by status;
