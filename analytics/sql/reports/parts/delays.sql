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

changes as not materialized (
    select lead_type, lead_id, substr(field, 6) as tag_category, changed_at, old_value, new_value
    from lead_changes
    where starts_with(field, 'tags_')
),

-- All that is known of the tags, to meet the leads at once.
known as (
    select
        lead_type,
        lead_id,
        tag_category,
        tag,
        true as is_in_force,
        null::timestamptz as new_at,
        null::timestamptz as old_at
    from lead_tags
    union all
    select
        lead_type,
        lead_id,
        tag_category,
        trim(unnest(string_split(new_value, ','))) as tag,
        null as is_in_force,
        changed_at as new_at,
        null as old_at
    from changes
    where new_value is not null
    union all
    select
        lead_type,
        lead_id,
        tag_category,
        trim(unnest(string_split(old_value, ','))) as tag,
        null as is_in_force,
        null as new_at,
        changed_at as old_at
    from changes
    where old_value is not null
),

-- The first change that knows a tag tells whether it was there before.
tagged as (
    select
        lead_type,
        lead_id,
        tag_category,
        tag,
        any_value(moment) as moment,
        min(new_at) as new_at,
        min(old_at) as old_at
    from known
    inner join asked using (lead_type, lead_id)
    group by all
    having bool_or(is_in_force)
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
)
