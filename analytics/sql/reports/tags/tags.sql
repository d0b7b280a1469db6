-- The tags in force now: one row per category and tag, most leads first.
--
-- share: leads with the tag in all leads that the filters leave, tagged or not, 0 to 1.
-- target_leads: target leads among those with the tag; target_known: those whose flag is known.
with {{ picked }},

{{ part("delays") }},

names as (
    {% filter indent(4) %}{% include "reports/parts/tag_numbers.sql" %}{% endfilter %}

),

counted as (
    select
        tag_number,
        count(*) as leads,
        count(*) filter (where is_target) as target_leads,
        count(is_target) as target_known
    from delays
    group by tag_number
)

select
    tag_category,
    tag,
    counted.leads,
    counted.leads / (select count(*) from picked) as share,
    target_leads,
    target_known
from counted
inner join names using (tag_number)
order by counted.leads desc, tag_category, tag;
