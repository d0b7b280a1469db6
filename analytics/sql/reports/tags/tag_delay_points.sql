-- Which share of the tags of a category had come how long after the lead: at most 60 points of the
-- distribution per category, as steps.
--
-- When a tag came says parts/delays.sql. share: the tags that came within `seconds` in all that
-- came later than the lead's first delivery, 0 to 1; the last point of a category is 1.
with {{ picked }},

{{ part("delays") }},

names as (
    {% filter indent(4) %}{% include "reports/parts/tag_numbers.sql" %}{% endfilter %}

),

counted as (
    select category_number, seconds, count(*) as number
    from delays
    inner join names using (tag_number)
    where seconds is not null
    group by category_number, seconds
),

reached as (
    select
        category_number,
        seconds,
        (sum(number) over (partition by category_number order by seconds))::bigint as within,
        within - number as before,
        (sum(number) over (partition by category_number))::bigint as tags
    from counted
),

-- The tags of a category in 60 parts, in order: where one of the parts ends is a point.
points as (
    select category_number, seconds, within / tags as share
    from reached
    where (within * 60 + 59) // tags > (before * 60 + 59) // tags
)

select tag_category, seconds, share
from points
inner join (select distinct category_number, tag_category from names) as categories
    using (category_number)
order by tag_category, seconds;
