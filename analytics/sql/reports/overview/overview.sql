-- The leads, one row.
--
-- A call counts from its first delivery on; unfinished_calls says how many of the calls have not
-- ended so far. A flag that Calltouch has not sent yet is not known: a rate is of the leads whose
-- flag is known (uniqueness_known, target_known, unique_target_known, ended_calls).
with picked as (from leads)

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
    count(is_unique_target) as unique_target_known,
    count(*) filter (
        where lead_type = 'call' and call_phase = 'calldisconnected' and status = 'unsuccessful'
    ) as missed_calls,
    count(*) filter (
        where lead_type = 'call' and call_phase = 'calldisconnected' and status is not null
    ) as ended_calls
from picked;
