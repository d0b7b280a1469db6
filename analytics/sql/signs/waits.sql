-- The wait that $quantile of the answered calls of a site do not exceed, in seconds. Bound, too:
-- $since, $until.
select
    coalesce(site_id::varchar, '') as site,
    quantile_cont(waiting_time, $quantile) as long_wait,
    count(*) as calls
from leads
where happened_at >= $since and happened_at < $until and waiting_time is not null
    and {{ is_answered }}
group by site_id;
