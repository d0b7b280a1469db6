select
    manager,
    count(*) as ended_calls,
    count(*) filter (where status = 'successful') as answered,
    count(*) filter (where status = 'successful') / count(*) as answer_rate,
    median(duration) filter (where status = 'successful') as talk_seconds
from calls
where is_ended
    and status is not null
    and day between {{ first | literal }} and {{ last | literal }}
group by manager
order by ended_calls desc, manager;
