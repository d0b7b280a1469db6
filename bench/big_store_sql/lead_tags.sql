insert into lead_tags by name
select distinct
    lead_type,
    lead_id,
    category as tag_category,
    category || '-' || floor(chance(lead_id, 40 + nth) ** 2 * 12)::integer as tag,
    day as lead_day,
    -- As lead_changes.sql has it.
    if(
        chance(lead_id, 71) < 0.5,
        happened_at + to_seconds((30 + chance(lead_id, 70) ** 6 * 900000)::integer::double),
        null
    ) as tagged_at,
    epoch(tagged_at) - epoch(happened_at) as tagged_after,
    if(is_unfinished, null, quality < 0.55) as lead_is_target
from drawn
cross join (values (0), (1), (2)) as tags (nth)
cross join lateral (
    select list_extract(
        ['auto_pr', 'manual', 'auto_gr', 'request', 'auto_ct', 'api', 'auto_pn', 'auto_af'],
        1 + floor(chance(lead_id, 50 + nth) ** 1.6 * 8)::integer
    ) as category
)
where tagged < 0.3 and chance(lead_id, 60 + nth) < 0.7
order by lead_id, category, tag;
