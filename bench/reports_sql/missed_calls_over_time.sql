with missed as (
    select site_id, day, caller_phone, happened_at
    from leads
    where day between $from and $to
        and lead_type = 'call' and call_phase = 'calldisconnected' and status = 'unsuccessful'
),

answered as (
    select site_id, caller_phone, happened_at
    from leads
    where day >= $from
        and lead_type = 'call' and call_phase = 'calldisconnected' and status = 'successful'
)

-- Here every call has a phone, and every phone one ct_caller_id.
select
    date_trunc('week', day)::date as starts_on,
    count(*) as missed,
    count(*) filter (where answered.happened_at <= missed.happened_at + interval 24 hours)
        as recovered
from missed
asof left join answered
    on answered.site_id = missed.site_id
        and answered.caller_phone = missed.caller_phone
        and answered.happened_at > missed.happened_at
group by all;
