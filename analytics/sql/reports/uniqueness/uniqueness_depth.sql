-- Unique leads as they would be at other depths of uniqueness, in days (0: unlimited, which is
-- Calltouch's default): one row per depth and lead type, and one with lead_type NULL for both
-- together; no row where there are no leads.
--
-- A lead is unique when its client had no earlier lead within the depth, to the second.
-- Who is the same client: docs/fold.md.
-- What was before the first lead that we have is not seen: the first months look too unique.
--
-- share: unique_leads / leads, 0 to 1. calltouch_unique, calltouch_known, calltouch_share: the same
-- leads by Calltouch's own flag, at the depth set in its cabinet: those it is true of, those it is
-- known of, and the ratio of the two; NULL where it is known of none. agreeing: of those it is known
-- of, the ones that are unique for both, or for neither; agreeing_share: of all it is known of.
with {{ picked }},

asked as (
    select lead_type, is_unique, {{ since_previous }} as seconds
    from picked
    where person is not null
),

-- A gap of more than n days is one of more than n, counted in days that have begun.
counted as (
    select
        lead_type,
        ceil(seconds / 86400) as days,
        count(*) as number,
        count(*) filter (where is_unique) as flagged_unique,
        count(is_unique) as flagged
    from asked
    group by all
),

depths as (
    select unnest([7, 14, 30, 60, 90, 180, 365, 0]) as depth
)

select
    depth,
    lead_type,
    sum(number)::bigint as leads,
    coalesce(sum(number) filter (where is_ours_unique), 0)::bigint as unique_leads,
    unique_leads / leads as share,
    sum(flagged_unique)::bigint as calltouch_unique,
    sum(flagged)::bigint as calltouch_known,
    calltouch_unique / nullif(calltouch_known, 0) as calltouch_share,
    sum(if(is_ours_unique, flagged_unique, flagged - flagged_unique))::bigint as agreeing,
    agreeing / nullif(calltouch_known, 0) as agreeing_share
from (
    select *, days is null or depth > 0 and days > depth as is_ours_unique
    from counted
    cross join depths
)
group by grouping sets ((depth, lead_type), (depth))
order by depth = 0, depth, lead_type nulls last;
