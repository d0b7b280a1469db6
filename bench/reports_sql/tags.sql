select
    tag_category,
    tag,
    count(*) as leads,
    count(*) filter (where is_target) as target_leads,
    count(is_target) as target_known
from lead_tags
inner join leads using (lead_type, lead_id)
where day between $from and $to
group by tag_category, tag;
