-- Leads that Calltouch calls unique and that are not at a depth of $depth days, or the other way
-- round; newest first, at most $top, 0 is all of them.
--
-- is_unique: Calltouch's flag; ours is the opposite. previous_...: the client's previous lead, by
-- which we judge; NULL when there is none.
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
    select
        lead_type,
        lead_id,
        moment,
        lag({'moment': moment, 'lead_type': lead_type, 'lead_id': lead_id}) over (
            partition by client order by moment, lead_type, lead_id
        ) as previous
    from told
    semi join repeaters using (client)
),

preceded as (
    select lead_type, lead_id, max(previous) as previous
    from followed
    where previous is not null
    group by lead_type, lead_id
),

asked as (
    select
        lead_type,
        lead_id,
        happened_local,
        coalesce(happened_at, first_received_at) as moment,
        caller_phone,
        is_unique
    from picked
    where is_unique is not null
        and coalesce(caller_phone, ct_caller_id, email) is not null
)

select
    asked.lead_type,
    asked.lead_id,
    happened_local,
    caller_phone,
    is_unique,
    previous.lead_type as previous_lead_type,
    previous.lead_id as previous_lead_id,
    previous.moment as previous_at
from asked
left join preceded
    on preceded.lead_type = asked.lead_type and preceded.lead_id = asked.lead_id
where is_unique
    <> (previous is null or epoch(moment) - epoch(previous.moment) > $depth * 86400)
order by moment desc, asked.lead_type, asked.lead_id desc
limit if($top = 0, 9223372036854775807, $top);
