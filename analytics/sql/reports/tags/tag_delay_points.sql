-- Which share of the tags of a category had come how long after the lead: at most 60 points of the
-- distribution per category, as steps.
--
-- When a tag came says parts/delays.sql. share: the tags that came within `seconds` in all that
-- came later than the lead's first delivery, 0 to 1; the last point of a category is 1.
with {{ picked }},

{% include "reports/parts/tag_times.sql" %},

-- The tags of a category in 60 parts, in order: where one of the parts ends is a point. Only the
-- minutes that hold such an end need be put in order.
{% set is_end %}(within * 60 + 59) // tags > (before * 60 + 59) // tags{% endset %}
minutes as (
    select tag_category, floor(seconds / 60)::bigint as minute, count(*) as number
    from tag_times
    where seconds is not null
    group by tag_category, minute
),

reached_minutes as (
    select
        tag_category,
        minute,
        (sum(number) over (partition by tag_category order by minute))::bigint as within,
        within - number as before,
        (sum(number) over (partition by tag_category))::bigint as tags
    from minutes
),

held as (
    select tag_category, minute, before as before_minute, tags
    from reached_minutes
    where {{ is_end }}
),

counted as (
    select held.tag_category, minute, before_minute, tags, seconds, count(*) as number
    from tag_times
    inner join held
        on held.tag_category = tag_times.tag_category and minute = floor(seconds / 60)::bigint
    group by all
),

reached as (
    select
        tag_category,
        seconds,
        tags,
        (before_minute + sum(number) over (
            partition by tag_category, minute order by seconds
        ))::bigint as within,
        within - number as before
    from counted
),

points as (
    select tag_category, seconds, within / tags as share
    from reached
    where {{ is_end }}
)

select tag_category, seconds, share
from points
order by tag_category, seconds;
