select
    date_trunc('week', day)::date as starts_on,
    count(*) as leads,
    count(*) filter (where lead_type = 'call') as calls,
    count(*) filter (where is_unique) as unique_leads,
    count(*) filter (where is_target) as target_leads,
    count(*) filter (where is_unique_target) as unique_target_leads,
    count(*) filter (
        where is_ended and status = 'unsuccessful'
    ) as missed_calls
from leads
where day between $from and $to
group by starts_on;
