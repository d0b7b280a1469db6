-- Unique leads as they would be at other depths of uniqueness, in days: one row per depth and lead
-- type, and one with lead_type NULL for both together; no row where there are no leads.
--
-- A lead is unique when its client had no earlier lead within the depth, to the second.
-- The rule is Calltouch's: the same client is the same number (caller_phone, else ct_caller_id) or
-- the same email, on the same site; $across 'apart' looks for earlier calls of a call and earlier
-- requests of a request, 'crossed' for earlier leads of both types. All leads there are count as
-- earlier ones, whatever the filters. A lead without a number and an email tells nothing of its
-- client and is left out. A lead without a time counts at its first delivery.
-- What was before the first lead that we have is not seen: the first months look too unique.
--
-- share: unique_leads / leads, 0 to 1. calltouch_unique, calltouch_known, calltouch_share: the same
-- leads by Calltouch's own flag, at the depth set in its cabinet: those it is true of, those it is
-- known of, and the ratio of the two; NULL where it is known of none.
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
    where coalesce(caller_phone, ct_caller_id, email) is not null
),

compared as (
    select asked.lead_type, is_unique, seconds
    from asked
    left join preceded
        on preceded.lead_type = asked.lead_type and preceded.lead_id = asked.lead_id
),

depths as (
    select unnest([7, 14, 30, 60, 90, 180, 365]) as depth
)

select
    depth,
    lead_type,
    count(*) as leads,
    count(*) filter (where seconds is null or seconds > depth * 86400) as unique_leads,
    unique_leads / leads as share,
    count(*) filter (where is_unique) as calltouch_unique,
    count(is_unique) as calltouch_known,
    calltouch_unique / nullif(calltouch_known, 0) as calltouch_share
from compared
cross join depths
group by grouping sets ((depth, lead_type), (depth))
order by depth, lead_type nulls last;
