with told as (
    select
        lead_type,
        lead_id,
        day,
        epoch_us(coalesce(happened_at, first_received_at)) as moment,
        is_unique,
        hash(lead_type, site_id, coalesce(canonical_phone, ct_caller_id)) as client
    from leads
    where day <= $to and coalesce(canonical_phone, ct_caller_id) is not null
    union all
    select
        lead_type,
        lead_id,
        day,
        epoch_us(coalesce(happened_at, first_received_at)) as moment,
        is_unique,
        hash(lead_type, site_id, canonical_email) as client
    from leads
    where day <= $to and canonical_email is not null
),

gaps as (
    select
        lead_type,
        lead_id,
        day,
        is_unique,
        moment - lag(moment) over (partition by client order by moment, lead_id) as gap
    from told
),

nearest as (
    select lead_type, is_unique, min(gap) / 1000000 as seconds
    from gaps
    where day >= $from
    group by lead_type, lead_id, is_unique
)

select
    depth,
    lead_type,
    count(*) as leads,
    count(*) filter (where seconds is null or depth > 0 and seconds > depth * 86400) as unique_leads,
    count(*) filter (where is_unique) as calltouch_unique
from nearest
cross join (select unnest([7, 14, 30, 60, 90, 180, 365, 0]) as depth)
group by grouping sets ((depth, lead_type), (depth));
