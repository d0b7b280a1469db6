-- How long after the lead its tags came: one row per category (tag is NULL) and one for each of the
-- $top tags with the most leads, by category.
--
-- When a tag came says parts/delays.sql. leads: tags of the row, from_the_start and later together;
-- delay_p50, delay_p90, and the quartiles delay_p25 and delay_p75: seconds, over the later ones, NULL
-- when there are none.
with {{ picked }},

{% include "reports/parts/tag_times.sql" %},

counted as (
    select
        tag_category,
        tag,
        count(*) as leads,
        count(*) filter (where seconds is null) as from_the_start,
        count(seconds) as later,
        quantile_cont(seconds, [0.25, 0.5, 0.75, 0.9]) as delay
    from tag_times
    group by grouping sets ((tag_category, tag), (tag_category))
)

select
    tag_category,
    tag,
    leads,
    from_the_start,
    later,
    delay[2] as delay_p50,
    delay[4] as delay_p90,
    delay[1] as delay_p25,
    delay[3] as delay_p75
from counted
qualify tag is null
    or row_number() over (partition by tag is null order by leads desc, tag_category, tag) <= $top
order by tag_category, tag is not null, leads desc, tag;
