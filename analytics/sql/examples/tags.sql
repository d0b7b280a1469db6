select
    tag_category,
    tag,
    count(*) as leads,
    count(*) filter (where is_target) as target_leads,
    count(*) filter (where is_target) / nullif(count(is_target), 0) as target_rate
from leads
inner join lead_tags using (lead_type, lead_id)
where day between {{ first | literal }} and {{ last | literal }}
group by all
order by leads desc, tag_category, tag;
