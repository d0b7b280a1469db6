-- Which of $texts are on leads most of whose people are not named so: the text at one place of the
-- list has the word of a name at the same place of $words (in lower case, е for ё).
with suspected as (
    select unnest($texts) as text, unnest($words) as word
),

texts as (
    select distinct text from suspected
),

carried as (
    select lead_type, lead_id, unnest([
        source, medium, utm_source, utm_medium, utm_campaign, utm_content, utm_term, hostname
    ]) as text
    from lead_attributions
    where source in (from texts) or medium in (from texts)
        or utm_source in (from texts) or utm_medium in (from texts)
        or utm_campaign in (from texts) or utm_content in (from texts)
        or utm_term in (from texts) or hostname in (from texts)
    union all
    select lead_type, lead_id, unnest([subject, order_id, status_details]) as text
    from leads
    where subject in (from texts) or order_id in (from texts) or status_details in (from texts)
    union all
    select lead_type, lead_id, tag as text
    from lead_tags
    where tag in (from texts)
),

told as (
    select
        suspected.text,
        lead_type,
        lead_id,
        bool_or(list_contains(
            string_split(translate(lower(leads.fio), 'ё.,_-+', 'е     '), ' '),
            suspected.word
        )) as is_own
    from suspected
    inner join (select distinct * from carried) as carried using (text)
    inner join leads using (lead_type, lead_id)
    group by suspected.text, lead_type, lead_id
)

select text
from told
group by text
having 2 * count(*) filter (where is_own) < count(*);
