-- How long after the client's previous lead the repeat leads came: one row per span of time, also
-- where there are none.
--
-- from_seconds, to_seconds: the span, longer than the first (0: also nothing at all), not longer
-- than the second, NULL: without end. leads: leads whose client's previous one is so long ago, at
-- any depth; share: of all that have a previous one, NULL when there are none.
-- The rule is Calltouch's: the same client is the same number (caller_phone, else ct_caller_id) or
-- the same email, on the same site; $across 'apart' looks for earlier calls of a call and earlier
-- requests of a request, 'crossed' for earlier leads of both types. All leads there are count as
-- earlier ones, whatever the filters. A lead without a number and an email tells nothing of its
-- client and is left out. A lead without a time counts at its first delivery.
with picked as (from leads),

history as (
    select
        lead_type,
        lead_id,
        day,
        coalesce(happened_at, first_received_at) as moment,
        if($across = 'apart', lead_type, '') as compared_type,
        site_id,
        coalesce(caller_phone, ct_caller_id) as number,
        email
    from leads
    where day <= $to
),

-- A lead with a number and an email is there twice.
told as (
    select day, lead_type, lead_id, moment, hash('number', compared_type, site_id, number) as client
    from history
    where number is not null
    union all
    select day, lead_type, lead_id, moment, hash('email', compared_type, site_id, email) as client
    from history
    where email is not null
),

-- Most come once or do not come in the period, and need not be put in order.
repeaters as (
    select client
    from told
    group by client
    having count(*) > 1 and max(day) >= $from
),

followed as (
    select lead_type, lead_id, moment, lag(moment) over (
        partition by client order by moment, lead_type, lead_id
    ) as previous_at
    from told
    semi join repeaters using (client)
),

preceded as (
    select lead_type, lead_id, min(epoch(moment) - epoch(previous_at)) as seconds
    from followed
    where previous_at is not null
    group by lead_type, lead_id
),

asked as (
    select lead_type, lead_id
    from picked
),

repeats as (
    select seconds
    from asked
    inner join preceded
        on preceded.lead_type = asked.lead_type and preceded.lead_id = asked.lead_id
),

ends as (
    select unnest([1, 3, 12, 24, 48, 96, 168, 336, 720, 1440, 2160, 4320, 8760]) * 3600 as seconds
),

spans as (
    select coalesce(lag(seconds) over (order by seconds), 0) as from_seconds, seconds as to_seconds
    from (from ends union all select null as seconds)
)

select
    from_seconds,
    to_seconds,
    count(repeats.seconds) as leads,
    leads / nullif((select count(*) from repeats), 0) as share
from spans
left join repeats
    on (repeats.seconds > from_seconds or from_seconds = 0)
        and repeats.seconds <= coalesce(to_seconds, 'infinity'::double)
group by from_seconds, to_seconds
order by from_seconds;
