-- The tags of the leads and how many seconds after them they came.
--
-- Of the tags in force now. A tag comes with the first change of its field (tags_manual,
-- tags_auto_pr and so on in lead_changes) that has it as new; the time is from the lead's beginning
-- (happened_at, else the first delivery) to when that was sent. A tag that was in the lead's first
-- delivery has no such change: it is from_the_start and in no quantile.
asked as (
    select lead_type, lead_id, coalesce(happened_at, first_received_at) as moment
    from picked
),

tagged as (
    select lead_type, lead_id, tag_category, tag, moment
    from lead_tags
    inner join asked using (lead_type, lead_id)
),

changes as (
    select
        lead_type,
        lead_id,
        substr(field, 6) as tag_category,
        changed_at,
        string_split_regex(trim(coalesce(old_value, '')), ' *, *') as old_tags,
        string_split_regex(trim(coalesce(new_value, '')), ' *, *') as new_tags
    from lead_changes
    semi join asked using (lead_type, lead_id)
    where starts_with(field, 'tags_')
),

moves as (
    select lead_type, lead_id, tag_category, changed_at, true as is_new, unnest(new_tags) as tag
    from changes
    where not list_has_all(old_tags, new_tags)
    union all
    select lead_type, lead_id, tag_category, changed_at, false as is_new, unnest(old_tags) as tag
    from changes
),

-- The first change that knows a tag tells whether it was there before.
appeared as (
    select
        lead_type,
        lead_id,
        tag_category,
        tag,
        min(changed_at) filter (where is_new) as new_at,
        min(changed_at) filter (where not is_new) as old_at
    from moves
    group by all
),

delays as (
    select
        tag_category,
        tag,
        if(
            new_at is null or old_at <= new_at,
            null,
            greatest(0, epoch(new_at) - epoch(moment))
        ) as seconds
    from tagged
    left join appeared using (lead_type, lead_id, tag_category, tag)
)
