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
    select lead_type, lead_id, is_unique
    from picked
    where is_unique is not null
        and coalesce(caller_phone, ct_caller_id, email) is not null
),

compared as (
    select is_unique, seconds is null or seconds > $depth * 86400 as is_ours_unique
    from asked
    left join preceded
        on preceded.lead_type = asked.lead_type and preceded.lead_id = asked.lead_id
)

select
    count(*) as leads,
    count(*) filter (where is_unique and is_ours_unique) as unique_for_both,
    count(*) filter (where not is_unique and not is_ours_unique) as repeat_for_both,
    count(*) filter (where is_unique and not is_ours_unique) as only_calltouch_unique,
    count(*) filter (where not is_unique and is_ours_unique) as only_ours_unique,
    count(*) filter (where is_unique = is_ours_unique) / nullif(count(*), 0) as agreeing_share
from compared;
