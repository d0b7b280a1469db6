select
    manager,
    count(*) as leads,
    count(*) filter (where is_ended and status = 'successful') as answered,
    count(*) filter (where is_ended and status = 'unsuccessful') as missed,
    list_extract(
        quantile_cont(duration, [0.05, 0.25, 0.5, 0.75, 0.95]) filter (
            where is_ended and status = 'successful'
        ),
        3
    ) as talk_p50,
    quantile_cont(waiting_time, 0.5) filter (
        where is_ended and status = 'successful'
    ) as waiting_p50,
    count(*) filter (where is_target) as target_leads,
    avg(nullif(rating, 0)) as rating_avg
from leads
where day between $from and $to
group by manager;
