-- The tags of the leads, each by its number (parts/tag_numbers.sql), whether the lead is a target one,
-- and how many seconds after it the tag came (tagged_at), from the lead's beginning (happened_at,
-- else the first delivery). A tag that was in the lead's first delivery is from_the_start and has
-- none. Of the tags in force now.
--
-- A flag is joined in less time than a text.
asked as not materialized (
    select
        lead_type = 'call' as is_call,
        lead_id,
        is_target,
        {{ moment("picked") }} as moment
    from picked
),

numbered as (
    {% filter indent(4) %}{% include "reports/parts/tag_numbers.sql" %}{% endfilter %}

),

tagged as not materialized (
    select lead_type = 'call' as is_call, lead_id, tag_number, tagged_at
    from lead_tags
    inner join numbered using (tag_category, tag)
    where lead_day between $from and $to
),

delays as (
    select
        tag_number,
        is_target,
        if(tagged_at is null, null, greatest(0, epoch(tagged_at) - epoch(moment))) as seconds
    from tagged
    inner join asked using (lead_id, is_call)
)
