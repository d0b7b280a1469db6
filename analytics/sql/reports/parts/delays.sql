-- The tags of the leads and how many seconds after them they came.
--
-- Of the tags in force now. A tag comes with the first change of its field (tags_manual,
-- tags_auto_pr and so on in lead_changes) that has it as new; the time is from the lead's beginning
-- (happened_at, else the first delivery) to when that was sent. A tag that was in the lead's first
-- delivery has no such change: it is from_the_start and in no quantile.
asked as not materialized (
    select
        lead_type,
        lead_id,
        {{ moment("picked") }} as moment
    from picked
),

-- What lead_changes shows, its pieces still apart: what has no old value is then not read for one.
changes as not materialized (
    select
        lead_type,
        lead_id,
        substr(field, 6) as tag_category,
        changed_at,
        old_value,
        old_rest,
        new_value,
        new_rest
    from digest.lead_changes
    where starts_with(field, 'tags_')
),

moves as not materialized (
    select
        lead_type,
        lead_id,
        tag_category,
        unnest(
            string_split(
                if(new_rest is null, new_value, new_value || array_to_string(new_rest, '')), ','
            )
        ) as tag,
        changed_at as new_at,
        null::timestamptz as old_at
    from changes
    where new_value is not null
    union all
    select
        lead_type,
        lead_id,
        tag_category,
        unnest(
            string_split(
                if(old_rest is null, old_value, old_value || array_to_string(old_rest, '')), ','
            )
        ) as tag,
        null as new_at,
        changed_at as old_at
    from changes
    where old_value is not null
),

-- The first change that knows a tag tells whether it was there before. In a long period nearly all
-- changes are of its leads, and need not be held against them.
appeared as (
    select
        lead_type,
        lead_id,
        tag_category,
        trim(tag) as tag,
        min(new_at) as new_at,
        min(old_at) as old_at
    from (
        from moves where $to - $from > 200
        union all
        from moves semi join asked using (lead_type, lead_id) where $to - $from <= 200
    )
    group by all
),

-- A flag is joined in less time than a text.
tagged as (
    select lead_tags.lead_type, lead_tags.lead_id, tag_category, tag, moment
    from lead_tags
    inner join asked
        on asked.lead_id = lead_tags.lead_id
            and (asked.lead_type = 'call') = (lead_tags.lead_type = 'call')
    where lead_day between $from and $to
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
