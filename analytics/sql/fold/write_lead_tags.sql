-- A tag comes with the first change of its field (tags_manual, tags_auto_pr and so on) that has it as
-- new. One that was in the lead's first delivery has no such change.
delete from lead_tags
using stored
where lead_tags.lead_type = stored.lead_type and lead_tags.lead_id = stored.lead_id;

insert into lead_tags by name
with changes as (
    select
        lead_type,
        lead_id,
        substr(field, 6) as tag_category,
        changed_at,
        old_value || coalesce(array_to_string(old_rest, ''), '') as old_tags,
        new_value || coalesce(array_to_string(new_rest, ''), '') as new_tags
    from digest.lead_changes
    semi join folded using (lead_type, lead_id)
    where starts_with(field, 'tags_')
),

moves as (
    select
        * exclude (changed_at, old_tags, new_tags),
        unnest(string_split(new_tags, ',')) as tag,
        changed_at as new_at,
        null::timestamptz as old_at
    from changes
    union all
    select
        * exclude (changed_at, old_tags, new_tags),
        unnest(string_split(old_tags, ',')) as tag,
        null as new_at,
        changed_at as old_at
    from changes
),

-- The first change that knows a tag tells whether it was there before.
appeared as (
    select
        lead_type,
        lead_id,
        tag_category,
        trim(tag) as tag,
        min(new_at) as new_at,
        min(old_at) as old_at
    from moves
    group by all
)

select
    folded.*,
    day as lead_day,
    if(old_at <= new_at, null, new_at) as tagged_at,
    if(tagged_at is null, null, greatest(0, epoch(tagged_at) - epoch({{ moment("placed_leads") }})))
        as tagged_after,
    is_target as lead_is_target
from folded
inner join placed_leads using (lead_type, lead_id)
left join appeared using (lead_type, lead_id, tag_category, tag);
