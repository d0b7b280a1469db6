select
    count(*) as leads,
    count(*) filter (where lead_type = 'call') as calls,
    count(*) filter (where lead_type = 'request') as requests,
    count(*) filter (where lead_type = 'call' and call_phase = 'callconnected')
        as unfinished_calls,
    count(*) filter (where is_unique) as unique_leads,
    count(is_unique) as uniqueness_known,
    count(*) filter (where is_target) as target_leads,
    count(is_target) as target_known,
    count(*) filter (where is_unique_target) as unique_target_leads,
    count(*) filter (
        where is_ended and status = 'unsuccessful'
    ) as missed_calls,
    count(status) filter (where is_ended)
        as ended_calls,
    count(distinct person) as people
from leads
where day between $from and $to;
