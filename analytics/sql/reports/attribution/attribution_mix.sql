-- Leads per $unit ('hour' to 'year') and source: the $top sources of the whole
-- period, then all others together; a row for each also where there were none, in the order of the
-- units and, in each, of the sources by their leads in the period.
--
-- starts_on: first day of the unit (a week's is Monday), which may lie before the period.
-- is_rest: the row of all others, whose source is NULL. NULL in another row: Calltouch gave none.
with {{ picked }},

{{ part("units") }},

counted as (
    select
        {{ unit_start }} as starts_on,
        source,
        count(*) as leads,
        count(*) filter (where is_target) as target_leads,
        count(is_target) as target_known
    from picked
    group by all
),

placed as (
    select
        source,
        row_number() over (order by sum(leads) desc, source nulls last) as rank,
        least(rank, $top + 1) as place
    from counted
    group by source
),

-- The sources that a row stands for.
kinds as (
    select
        place,
        place > $top as is_rest,
        if(place > $top, null, any_value(source)) as source
    from placed
    group by place
),

summed as (
    select
        starts_on,
        place,
        sum(leads)::bigint as leads,
        sum(target_leads)::bigint as target_leads,
        sum(target_known)::bigint as target_known
    from counted
    inner join placed on placed.source is not distinct from counted.source
    group by all
)

select
    starts_on,
    is_rest,
    source,
    coalesce(leads, 0) as leads,
    coalesce(target_leads, 0) as target_leads,
    coalesce(target_known, 0) as target_known
from units
cross join kinds
left join summed using (starts_on, place)
order by starts_on, place;
