with came as (
    select
        lead_type,
        lead_id,
        substr(field, 6) as tag_category,
        unnest(string_split(new_value, ',')) as tag,
        changed_at
    from lead_changes
    where starts_with(field, 'tags_')
),

delays as (
    select
        tag_category,
        tag,
        if(
            min(came.changed_at) is null,
            null,
            greatest(0, epoch(min(came.changed_at)) - epoch(any_value(leads.happened_at)))
        ) as seconds
    from leads
    inner join lead_tags using (lead_type, lead_id)
    left join came using (lead_type, lead_id, tag_category, tag)
    where day between $from and $to
    group by lead_type, lead_id, tag_category, tag
)

select
    tag_category,
    tag,
    count(*) as leads,
    count(seconds) as later,
    quantile_cont(seconds, 0.5) as delay_p50,
    quantile_cont(seconds, 0.9) as delay_p90
from delays
group by grouping sets ((tag_category, tag), (tag_category));
