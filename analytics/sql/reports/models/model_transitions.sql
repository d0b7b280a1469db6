-- From which source to which the leads go when the last interaction (model 0) gives way to the last
-- non-direct one (model 1): leads that came in both models, by pairs of sources. Only pairs that
-- there are, the most usual sources first.
--
-- Apart stand the $top sources with the most leads in the two models together; is_rest_0,
-- is_rest_1: all others in one, whose source is NULL. NULL in another row: Calltouch gave none.
with {{ picked }},

{{ part("compared") }},

sides as (
    select source_0 as source, leads from compared
    union all
    select source_1 as source, leads from compared
),

placed as (
    select
        source,
        row_number() over (order by sum(leads) desc, source nulls last) as rank,
        least(rank, $top + 1) as place
    from sides
    group by source
)

select
    last.place > $top as is_rest_0,
    if(is_rest_0, null, any_value(source_0)) as source_0,
    non_direct.place > $top as is_rest_1,
    if(is_rest_1, null, any_value(source_1)) as source_1,
    sum(leads)::bigint as leads
from compared
inner join placed as last on last.source is not distinct from source_0
inner join placed as non_direct on non_direct.source is not distinct from source_1
group by last.place, non_direct.place
order by last.place, non_direct.place;
