-- Clients that came more than once, and their leads (told): the earlier ones of a lead's client.
--
-- The rule is Calltouch's: the same client is the same number (caller_phone, else ct_caller_id) or
-- the same email, on the same site; $across 'apart' looks for earlier calls of a call and earlier
-- requests of a request, 'crossed' for earlier leads of both types. All leads there are count as
-- earlier ones, whatever the filters. A lead without a number and an email tells nothing of its
-- client and is left out. A lead without a time counts at its first delivery.
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
)
