-- Leads by source and medium: the $top with the most leads, then the rest in one row.
--
-- is_rest: the row of the rest; source and medium are NULL in it. NULL in another row: Calltouch
-- gave none. sources: how many pairs the row stands for. target_known: leads whose flag is known,
-- which is what a rate is of.
with {{ picked }},

by_source as (
    select
        source,
        medium,
        count(*) as leads,
        {{ calls }} as calls,
        {{ requests }} as requests,
        count(*) filter (where is_unique) as unique_leads,
        count(*) filter (where is_target) as target_leads,
        count(is_target) as target_known
    from picked
    group by all
),

placed as (
    select
        *,
        row_number() over (order by leads desc, source nulls last, medium nulls last) as place,
        place > $top as is_rest
    from by_source
)

select
    is_rest,
    if(is_rest, null, any_value(source)) as source,
    if(is_rest, null, any_value(medium)) as medium,
    count(*) as sources,
    sum(leads)::bigint as leads,
    sum(calls)::bigint as calls,
    sum(requests)::bigint as requests,
    sum(unique_leads)::bigint as unique_leads,
    sum(target_leads)::bigint as target_leads,
    sum(target_known)::bigint as target_known
from placed
group by is_rest, least(place, $top + 1)
order by min(place);
