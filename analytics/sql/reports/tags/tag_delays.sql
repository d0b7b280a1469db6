-- How long after the lead its tags came: one row per category (tag is NULL) and one for each of the
-- $top tags with the most leads, by category.
--
-- When a tag came says parts/delays.sql. leads: tags of the row, from_the_start and later together;
-- delay_p50, delay_p90, and the quartiles delay_p25 and delay_p75: seconds, over the later ones, NULL
-- when there are none.
with {{ picked }},

{{ part("delays") }},

names as (
    {% filter indent(4) %}{% include "reports/parts/tag_numbers.sql" %}{% endfilter %}

),

counted as (
    select
        category_number,
        tag_number,
        count(*) as leads,
        count(*) filter (where seconds is null) as from_the_start,
        count(seconds) as later,
        quantile_cont(seconds, [0.25, 0.5, 0.75, 0.9]) as delay
    from delays
    inner join names using (tag_number)
    group by grouping sets ((category_number, tag_number), (category_number))
),

called as (
    select categories.tag_category, names.tag, counted.* exclude (category_number, tag_number)
    from counted
    inner join (select distinct category_number, tag_category from names) as categories
        using (category_number)
    left join names using (tag_number)
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
from called
qualify tag is null
    or row_number() over (partition by tag is null order by leads desc, tag_category, tag) <= $top
order by tag_category, tag is not null, leads desc, tag;
