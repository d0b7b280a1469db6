-- Which share of the tags of a category had come how long after the lead: at most 60 points of the
-- distribution per category, as steps.
--
-- When a tag came says parts/delays.sql. share: the tags that came within `seconds` in all that
-- came later than the lead's first delivery, 0 to 1; the last point of a category is 1.
with {{ picked }},

{{ part("delays") }},

ranked as (
    select
        tag_category,
        seconds,
        cume_dist() over (partition by tag_category order by seconds) as share,
        row_number() over (partition by tag_category order by seconds) as place,
        count(*) over (partition by tag_category) as tags
    from delays
    where seconds is not null
),

points as (
    select tag_category, max(seconds) as seconds
    from ranked
    group by tag_category, (place * 60 - 1) // tags
)

select distinct tag_category, seconds, share
from ranked
semi join points using (tag_category, seconds)
order by tag_category, seconds;
