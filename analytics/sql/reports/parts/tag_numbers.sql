-- A number for each tag of the period: a number is kept and joined in less than its two texts.
select
    tag_category,
    tag,
    (row_number() over (order by tag_category, tag))::integer as tag_number,
    (dense_rank() over (order by tag_category))::integer as category_number,
    leads
from (
    select tag_category, tag, count(*) as leads
    from lead_tags
    where lead_day between $from and $to
    group by tag_category, tag
)
