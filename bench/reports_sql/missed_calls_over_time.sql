with missed as (
    select site_id, day, person, happened_at
    from leads
    where day between $from and $to
        and is_ended and status = 'unsuccessful'
),

answered as (
    select site_id, person, happened_at
    from leads
    where day >= $from
        and is_ended and status = 'successful'
)

-- Here every call has a phone.
select
    date_trunc('week', day)::date as starts_on,
    count(*) as missed,
    count(*) filter (where answered.happened_at <= missed.happened_at + interval 24 hours)
        as recovered
from missed
asof left join answered
    on answered.site_id = missed.site_id
        and answered.person = missed.person
        and answered.happened_at > missed.happened_at
group by all;
