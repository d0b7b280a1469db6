with by_source as (
    select
        source,
        medium,
        count(*) as leads,
        count(*) filter (where lead_type = 'call') as calls,
        count(*) filter (where lead_type = 'request') as requests,
        count(*) filter (where is_unique) as unique_leads,
        count(*) filter (where is_target) as target_leads,
        count(is_target) as target_known
    from leads
    where day between $from and $to
    group by source, medium
),

placed as (
    select
        * replace (if(place <= 12, source, null) as source, if(place <= 12, medium, null) as medium)
    from (select *, row_number() over (order by leads desc, source, medium) as place from by_source)
)

select
    source,
    medium,
    sum(leads)::bigint as leads,
    sum(calls)::bigint as calls,
    sum(requests)::bigint as requests,
    sum(unique_leads)::bigint as unique_leads,
    sum(target_leads)::bigint as target_leads,
    sum(target_known)::bigint as target_known
from placed
group by source, medium;
