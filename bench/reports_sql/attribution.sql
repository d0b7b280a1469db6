select
    source,
    medium,
    count(*) as leads,
    count(*) filter (where lead_type = 'call') as calls,
    count(*) filter (where lead_type = 'request') as requests,
    count(*) filter (where is_unique) as unique_leads,
    count(is_unique) as uniqueness_known,
    count(*) filter (where is_target) as target_leads,
    count(is_target) as target_known,
    count(*) filter (where is_unique_target) as unique_target_leads
from leads
where day between $from and $to
group by source, medium;
