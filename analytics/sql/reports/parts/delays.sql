-- The tags of the leads and how many seconds after them they came (tagged_at), from the lead's
-- beginning (happened_at, else the first delivery). A tag that was in the lead's first delivery is
-- from_the_start and in no quantile. Of the tags in force now.
--
-- A flag is joined in less time than a text.
asked as not materialized (
    select
        lead_type = 'call' as is_call,
        lead_id,
        {{ moment("picked") }} as moment
    from picked
),

delays as (
    select
        tag_category,
        tag,
        if(tagged_at is null, null, greatest(0, epoch(tagged_at) - epoch(moment))) as seconds
    from lead_tags
    inner join asked
        on asked.lead_id = lead_tags.lead_id and asked.is_call = (lead_tags.lead_type = 'call')
    where lead_day between $from and $to
)
