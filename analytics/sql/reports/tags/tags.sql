-- The tags in force now: one row per category and tag, most leads first.
--
-- share: leads with the tag in all leads that the filters leave, tagged or not, 0 to 1.
-- target_leads: target leads among those with the tag; target_known: those whose flag is known.
with {{ picked }},

{% include "reports/parts/tag_times.sql" %},

counted as (
    select
        tag_category,
        tag,
        count(*) as leads,
        count(*) filter (where is_target) as target_leads,
        count(is_target) as target_known
    from tag_times
    group by tag_category, tag
)

select
    tag_category,
    tag,
    leads,
    leads / (select count(*) from picked) as share,
    target_leads,
    target_known
from counted
order by leads desc, tag_category, tag;
