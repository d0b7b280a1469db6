-- How often Calltouch's flag and ours at a depth of $depth days (0: unlimited) agree on what is unique, one row.
--
-- leads: those whose flag is known and whose client can be told. unique_for_both, repeat_for_both:
-- agreed; only_calltouch_unique, only_ours_unique: not. agreeing_share: agreed of all, 0 to 1, NULL
-- when there are none. recounted: leads whose client can be told, whether their flag is known or
-- not; recounted_unique: those of them that are unique for us.
-- Who is the same client: docs/fold.md.
with {{ picked }},

compared as not materialized (
    select
        is_unique,
        {{ since_previous }} is null
        or $depth > 0 and {{ since_previous }} > $depth * 86400 as is_ours_unique
    from picked
    where person is not null
)

select
    count(is_unique) as leads,
    count(*) filter (where is_unique and is_ours_unique) as unique_for_both,
    count(*) filter (where not is_unique and not is_ours_unique) as repeat_for_both,
    count(*) filter (where is_unique and not is_ours_unique) as only_calltouch_unique,
    count(*) filter (where not is_unique and is_ours_unique) as only_ours_unique,
    count(*) filter (where is_unique = is_ours_unique) / nullif(leads, 0) as agreeing_share,
    count(*) as recounted,
    count(*) filter (where is_ours_unique) as recounted_unique
from compared;
