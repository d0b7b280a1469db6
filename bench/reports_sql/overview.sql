select
    count(*) as leads,
    count(*) filter (where lead_type = 'call') as calls,
    count(*) filter (where is_unique) as unique_leads,
    count(*) filter (where is_target) as target_leads,
    count(is_target) as target_known,
    count(*) filter (where is_unique_target) as unique_target_leads,
    count(*) filter (
        where call_phase = 'calldisconnected' and status = 'unsuccessful' and lead_type = 'call'
    ) as missed_calls,
    count(distinct hash(coalesce(caller_phone, email, ct_caller_id))) as people
from leads
where day between $from and $to;
