-- Tags of antifraud (tag_category auto_af) by source: the $top sources with the most tagged leads.
--
-- leads: those of the source with the tag; tagged: those of the source with any. One row per pair
-- that there is. NULL in source: Calltouch gave none.
with {{ picked }},

tagged as (
    select picked.source, picked.lead_type, picked.lead_id, lead_tags.tag
    from picked
    inner join lead_tags using (lead_type, lead_id)
    where {{ is_of_antifraud }} and lead_day between $from and $to
),

by_source as (
    select source, count(distinct (lead_type, lead_id)) as tagged
    from tagged
    group by source
    order by tagged desc, source nulls last
    limit $top
)

select by_source.source, tagged.tag, count(*) as leads, by_source.tagged
from by_source
inner join tagged on tagged.source is not distinct from by_source.source
group by by_source.source, by_source.tagged, tagged.tag
order by by_source.tagged desc, by_source.source nulls last, leads desc, tagged.tag;
