-- Which of the $top most frequent tags are on the same leads: one row per pair of them, also of
-- those that never are, the more frequent tag first. The same word in two categories is two tags.
--
-- leads: leads with both tags; leads_a, leads_b: with one of them at least. share: leads in the
-- leads with either of the two, 0 to 1. lift: how many times as often they meet as they would if
-- one said nothing of the other: leads * all leads that the filters leave / (leads_a * leads_b).
with {{ picked }},

names as (
    {% filter indent(4) %}{% include "reports/parts/tag_numbers.sql" %}{% endfilter %}

),

{% if narrowed %}
-- A flag is joined in less time than a text.
asked as not materialized (
    select lead_type = 'call' as is_call, lead_id
    from picked
),

{% endif %}
-- Where nothing but the days is asked, these are the tags of all leads of the days.
tagged as not materialized (
    select lead_type = 'call' as is_call, lead_id, tag_number
    from lead_tags
    inner join names using (tag_category, tag)
{% if narrowed %}
    semi join asked
        on asked.lead_id = lead_tags.lead_id and asked.is_call = (lead_tags.lead_type = 'call')
{% endif %}
    where lead_day between $from and $to
),

counted as (
{% if narrowed %}
    select tag_number, count(*) as leads
    from tagged
    group by tag_number
{% else %}
    select tag_number, leads
    from names
{% endif %}
),

frequent as (
    select
        names.tag_category,
        names.tag,
        tag_number,
        counted.leads,
        row_number() over (order by counted.leads desc, tag_category, tag) as place
    from counted
    inner join names using (tag_number)
    qualify place <= $top
),

placed as (
    select is_call, lead_id, place
    from tagged
    inner join frequent using (tag_number)
),

met as (
    select one.place as place_a, other.place as place_b, count(*) as leads
    from placed as one
    inner join placed as other
        on other.lead_id = one.lead_id and other.is_call = one.is_call
            and other.place > one.place
    group by one.place, other.place
)

select
    one.tag_category as tag_category_a,
    one.tag as tag_a,
    other.tag_category as tag_category_b,
    other.tag as tag_b,
    coalesce(met.leads, 0) as leads,
    one.leads as leads_a,
    other.leads as leads_b,
    coalesce(met.leads, 0) / (one.leads + other.leads - coalesce(met.leads, 0)) as share,
    coalesce(met.leads, 0) * (select count(*) from picked) / (one.leads * other.leads) as lift
from frequent as one
inner join frequent as other on other.place > one.place
left join met on met.place_a = one.place and met.place_b = other.place
order by one.place, other.place;
