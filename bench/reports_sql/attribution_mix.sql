with counted as (
    select
        date_trunc('week', day)::date as starts_on,
        source,
        count(*) as leads,
        count(*) filter (where is_target) as target_leads
    from leads
    where day between $from and $to
    group by starts_on, source
),

first as (
    select source, row_number() over (order by sum(leads) desc, source) <= 12 as is_first
    from counted
    group by source
)

select
    starts_on,
    if(is_first, source, null) as source,
    sum(leads)::bigint as leads,
    sum(target_leads)::bigint as target_leads
from counted
inner join first using (source)
group by all;
