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

asked as (
    select lead_type, lead_id, is_unique
    from picked
),

compared as (
    select asked.lead_type, is_unique, seconds
    from asked
    inner join preceded
        on preceded.lead_type = asked.lead_type and preceded.lead_id = asked.lead_id
    where is_known
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
