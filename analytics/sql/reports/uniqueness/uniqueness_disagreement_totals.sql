-- How often Calltouch's flag and ours at a depth of $depth days (0: unlimited) agree on what is unique, one row.
--
-- leads: those whose flag is known and whose client can be told. unique_for_both, repeat_for_both:
-- agreed; only_calltouch_unique, only_ours_unique: not. agreeing_share: agreed of all, 0 to 1, NULL
-- when there are none.
-- Who is the same client says parts/preceded.sql.
with {{ picked }},

{{ part("preceded") }},

asked as (
    select lead_type, lead_id, is_unique
    from picked
    where is_unique is not null
        and person is not null
),

compared as (
    select is_unique, seconds is null or $depth > 0 and seconds > $depth * 86400 as is_ours_unique
    from asked
    left join preceded on {{ is_preceded }}
)

select
    count(*) as leads,
    count(*) filter (where is_unique and is_ours_unique) as unique_for_both,
    count(*) filter (where not is_unique and not is_ours_unique) as repeat_for_both,
    count(*) filter (where is_unique and not is_ours_unique) as only_calltouch_unique,
    count(*) filter (where not is_unique and is_ours_unique) as only_ours_unique,
    count(*) filter (where is_unique = is_ours_unique) / nullif(count(*), 0) as agreeing_share
from compared;
