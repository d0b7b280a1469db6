-- Leads of the days $from to $to, both included. One row. Days are those of $timezone.
--
-- A call counts from its first delivery on; unfinished_calls says how many of the calls have not
-- ended so far. A flag that Calltouch has not sent yet is not known: shares are of uniqueness_known
-- and target_known.
with dated as (
    select
        *,
        coalesce(happened_local, first_received_at at time zone $timezone)::date as day
    from leads
)

select
    count(*) as leads,
    count(*) filter (where lead_type = 'call') as calls,
    count(*) filter (where lead_type = 'request') as requests,
    count(*) filter (where lead_type = 'call' and call_phase = 'callconnected')
        as unfinished_calls,
    count(*) filter (where is_unique) as unique_leads,
    count(is_unique) as uniqueness_known,
    count(*) filter (where is_target) as target_leads,
    count(is_target) as target_known
from dated
where day between $from and $to;
