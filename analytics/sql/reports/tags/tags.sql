-- The tags in force now: one row per category and tag, most leads first.
--
-- share: leads with the tag in all leads that the filters leave, tagged or not, 0 to 1.
-- target_leads: target leads among those with the tag; target_known: those whose flag is known.
with {{ picked }},

-- A flag is joined in less time than a text.
asked as not materialized (
    select lead_type = 'call' as is_call, lead_id, is_target
    from picked
)

select
    tag_category,
    tag,
    count(*) as leads,
    count(*) / (select count(*) from asked) as share,
    count(*) filter (where is_target) as target_leads,
    count(is_target) as target_known
from lead_tags
inner join asked
    on asked.lead_id = lead_tags.lead_id and asked.is_call = (lead_tags.lead_type = 'call')
where lead_day between $from and $to
group by tag_category, tag
order by leads desc, tag_category, tag;
