-- What the end of a call changes, and the tags of half of the tagged leads, which came later.
insert into digest.lead_changes by name
with ended as (
    select
        lead_type,
        lead_id,
        happened_at + to_seconds(600) as changed_at,
        unnest(['callphase', 'status', 'duration', 'waiting_time', 'targetcall', 'rating'])
            as field,
        unnest([null, null, '0', null, null, null]) as old_value,
        unnest(['calldisconnected', if(is_answered, 'successful', 'unsuccessful'), '60', '12',
            if(quality < 0.55, 'target', 'nontarget'), '3']) as new_value
    from drawn
    where is_call and not is_unfinished
),

tagged_later as (
    select
        lead_type,
        lead_id,
        any_value(happened_at) + to_seconds(
            any_value(30 + chance(lead_id, 70) ** 6 * 900000)::integer::double
        ) as changed_at,
        'tags_' || tag_category as field,
        null as old_value,
        string_agg(tag, ',' order by tag) as new_value
    from lead_tags
    inner join drawn using (lead_type, lead_id)
    where lead_id >= $first and chance(lead_id, 71) < 0.5
    group by lead_type, lead_id, tag_category
)

select
    *,
    null::smallint as attribution_model,
    2 * lead_id + 2 as delivery_id,
    'default' as webhook,
    true as is_declared
from (from ended union all from tagged_later)
order by lead_id, field;
