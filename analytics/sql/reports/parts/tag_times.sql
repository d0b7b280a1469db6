-- The tags of the leads, with what parts/delays.sql says of each. Where nothing but the days is asked,
-- these are all tags of the days, which say it themselves.
{% if narrowed %}
{{ part("delays") }},

names as (
    {% filter indent(4) %}{% include "reports/parts/tag_numbers.sql" %}{% endfilter %}

),

tag_times as not materialized (
    select tag_category, tag, is_target, seconds
    from delays
    inner join names using (tag_number)
)
{% else %}
tag_times as not materialized (
    select tag_category, tag, lead_is_target as is_target, tagged_after as seconds
    from lead_tags
    where lead_day between $from and $to
)
{% endif %}
