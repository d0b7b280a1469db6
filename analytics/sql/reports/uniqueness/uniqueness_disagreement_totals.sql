-- How often Calltouch's flag and ours at a depth of $depth days agree on what is unique, one row.
--
-- leads: those whose flag is known and whose client can be told. unique_for_both, repeat_for_both:
-- agreed; only_calltouch_unique, only_ours_unique: not. agreeing_share: agreed of all, 0 to 1, NULL
-- when there are none.
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

preceded as (
    select
        lead_type,
        lead_id,
        is_known,
        epoch(moment) - epoch(greatest(lag(moment) over numbers, lag(moment) over emails))
            as seconds
    from history
    window
        numbers as (partition by by_number order by moment, lead_type, lead_id),
        emails as (partition by by_email order by moment, lead_type, lead_id)
),

compared as (
    select is_unique, seconds is null or seconds > $depth * 86400 as is_ours_unique
    from picked
    inner join preceded
        on preceded.lead_type = picked.lead_type and preceded.lead_id = picked.lead_id
    where is_known and is_unique is not null
)

select
    count(*) as leads,
    count(*) filter (where is_unique and is_ours_unique) as unique_for_both,
    count(*) filter (where not is_unique and not is_ours_unique) as repeat_for_both,
    count(*) filter (where is_unique and not is_ours_unique) as only_calltouch_unique,
    count(*) filter (where not is_unique and is_ours_unique) as only_ours_unique,
    count(*) filter (where is_unique = is_ours_unique) / nullif(count(*), 0) as agreeing_share
from compared;
