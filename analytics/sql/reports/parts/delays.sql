-- The tags of the leads and how many seconds after them they came.
--
-- Of the tags in force now. A tag comes with the first change of its field (tags_manual,
-- tags_auto_pr and so on in lead_changes) that has it as new; the time is from the lead's beginning
-- (happened_at, else the first delivery) to when that was sent. A tag that was in the lead's first
-- delivery has no such change: it is from_the_start and in no quantile.
asked as not materialized (
    select lead_type, lead_id, coalesce(happened_at, first_received_at) as moment
    from picked
),

changes as not materialized (
    select lead_type, lead_id, substr(field, 6) as tag_category, changed_at, old_value, new_value
    from lead_changes
    where starts_with(field, 'tags_')
),

moves as not materialized (
    select
        lead_type,
        lead_id,
        tag_category,
        trim(unnest(string_split(new_value, ','))) as tag,
        changed_at as new_at,
        null::timestamptz as old_at
    from changes
    where new_value is not null
    union all
    select
        lead_type,
        lead_id,
        tag_category,
        trim(unnest(string_split(old_value, ','))) as tag,
        null as new_at,
        changed_at as old_at
    from changes
    where old_value is not null
),

-- The first change that knows a tag tells whether it was there before. In a long period nearly all
-- changes are of its leads, and need not be held against them.
appeared as (
    select lead_type, lead_id, tag_category, tag, min(new_at) as new_at, min(old_at) as old_at
    from (
        from moves where $to - $from > 200
        union all
        from moves semi join asked using (lead_type, lead_id) where $to - $from <= 200
    )
    group by lead_type, lead_id, tag_category, tag
),

tagged as (
    select lead_type, lead_id, tag_category, tag, moment
    from lead_tags
    inner join asked using (lead_type, lead_id)
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
