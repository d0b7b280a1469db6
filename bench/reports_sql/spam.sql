select
    source,
    medium,
    count(*) as leads,
    count(*) filter (where is_spam) as spam,
    count(is_spam) as spam_known,
    count(tagged.lead_id) as antifraud,
    count(*) filter (where is_spam or tagged.lead_id is not null) as junk
from leads
left join (
    select distinct lead_type, lead_id
    from lead_tags
    where tag_category = 'auto_af'
) as tagged using (lead_type, lead_id)
where day between $from and $to
group by source, medium;
