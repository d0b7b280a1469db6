-- Leads that Calltouch calls unique and that are not at a depth of $depth days, or the other way
-- round; newest first, at most $top.
--
-- is_unique: Calltouch's flag; ours is the opposite. previous_...: the client's previous lead, by
-- which we judge; NULL when there is none.
-- The rule is Calltouch's: the same client is the same number (caller_phone, else ct_caller_id) or
-- the same email, on the same site; $across 'apart' looks for earlier calls of a call and earlier
-- requests of a request, 'crossed' for earlier leads of both types. All leads there are count as
-- earlier ones, whatever the filters. A lead without a number and an email tells nothing of its
-- client and is left out. A lead without a time counts at its first delivery.
with picked as (from leads),

-- Who cannot be told gets a key that nobody else has.
history as (
    select
        lead_type,
        lead_id,
        coalesce(happened_at, first_received_at) as moment,
        if($across = 'apart', lead_type, '') as compared_type,
        coalesce(caller_phone, ct_caller_id) as number,
        if(number is null, hash(lead_type, lead_id), hash(compared_type, site_id, number))
            as by_number,
        if(email is null, hash(lead_type, lead_id), hash(compared_type, site_id, email))
            as by_email,
        number is not null or email is not null as is_known
    from leads
    where day <= $to
),

found as (
    select
        *,
        lag(moment) over numbers as number_at,
        lag(lead_type) over numbers as number_type,
        lag(lead_id) over numbers as number_id,
        lag(moment) over emails as email_at,
        lag(lead_type) over emails as email_type,
        lag(lead_id) over emails as email_id,
        number_at is null or email_at > number_at as is_email_later
    from history
    window
        numbers as (partition by by_number order by moment, lead_type, lead_id),
        emails as (partition by by_email order by moment, lead_type, lead_id)
),

preceded as (
    select
        lead_type,
        lead_id,
        moment,
        if(is_email_later, email_type, number_type) as previous_lead_type,
        if(is_email_later, email_id, number_id) as previous_lead_id,
        if(is_email_later, email_at, number_at) as previous_at,
        previous_at is null or epoch(moment) - epoch(previous_at) > $depth * 86400
            as is_ours_unique
    from found
    where is_known
)

select
    picked.lead_type,
    picked.lead_id,
    picked.happened_local,
    picked.caller_phone,
    picked.is_unique,
    previous_lead_type,
    previous_lead_id,
    previous_at
from picked
inner join preceded
    on preceded.lead_type = picked.lead_type and preceded.lead_id = picked.lead_id
where picked.is_unique <> is_ours_unique
order by moment desc, picked.lead_type, picked.lead_id desc
limit $top;
