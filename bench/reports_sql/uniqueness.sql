select
    date_trunc('week', day)::date as day,
    count(*) as leads,
    count(*) filter (where is_unique) as unique_leads,
    count(*) filter (where not is_unique) as repeat_leads
from leads
where day between $from and $to
group by all;
