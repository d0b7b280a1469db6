-- What there is in a slice now that was not known at an instant, and what was otherwise. `now`: the
-- catalog of what there is now.
--
-- kind: happened_later: a lead that happened after the instant; added_by_resync, added_late: one
-- that had happened and was not known, by the origin of the delivery that brought it; entered,
-- left: one that was known and is in the slice now alone, or was then alone; changed: one in it then
-- and now. field: NULL of all such leads, else of those of which it is not what it was: a column of
-- leads, of lead_attributions in a model that was known, the tags of a category, comment, or
-- second_model. leads: how many. The leads now are those then, plus the first four kinds, minus
-- those that left.
with moved as (
    select
        lead_type,
        lead_id,
        picked_then.lead_id is not null as was_in,
        picked_now.lead_id is not null as is_in,
        known.lead_id is not null as was_known
    from picked_then
    full join picked_now using (lead_type, lead_id)
    left join published.leads as known using (lead_type, lead_id)
),

brought as (
    select lead_type, lead_id, arg_min(origin, (received_at, delivery_id)) as origin
    from {{ now }}.digest.deliveries
    semi join (from moved where not was_known) using (lead_type, lead_id)
    group by lead_type, lead_id
),

sorted as (
    select
        lead_type,
        lead_id,
        case
            when not was_known and coalesce(leads.happened_at > $as_of, false)
                then 'happened_later'
            when not was_known and brought.origin = 'api' then 'added_by_resync'
            when not was_known then 'added_late'
            when not was_in then 'entered'
            when not is_in then 'left'
            else 'changed'
        end as kind
    from moved
    left join {{ now }}.leads using (lead_type, lead_id)
    left join brought using (lead_type, lead_id)
),

compared as (
    select lead_type, lead_id, kind
    from sorted
    where kind in ('entered', 'left', 'changed')
),

own_fields as (
    select kind, lead_type, lead_id, unnest([
{% for name in own %}
        if(was."{{ name }}" is distinct from now."{{ name }}", {{ name | literal }}, null){{ "," if not loop.last else "" }}
{% endfor %}
    ]) as field
    from compared
    semi join folded.touched using (lead_type, lead_id)
    inner join published.leads as was using (lead_type, lead_id)
    inner join {{ now }}.leads as now using (lead_type, lead_id)
),

traffic_fields as (
    select kind, lead_type, lead_id, unnest([
{% for name in traffic %}
        if(was."{{ name }}" is distinct from now."{{ name }}", {{ name | literal }}, null){{ "," if not loop.last else "" }}
{% endfor %}
    ]) as field
    from compared
    semi join folded.touched using (lead_type, lead_id)
    inner join published.lead_attributions as was using (lead_type, lead_id)
    inner join {{ now }}.lead_attributions as now using (lead_type, lead_id, attribution_model)
),

second_models as (
    select kind, lead_type, lead_id, 'second_model' as field
    from compared
    semi join folded.touched using (lead_type, lead_id)
    inner join {{ now }}.lead_attributions as now using (lead_type, lead_id)
    anti join published.lead_attributions using (lead_type, lead_id, attribution_model)
),

{% for catalog, known in (("published", "then"), (now, "now")) %}
lists_{{ known }} as (
    select lead_type, lead_id, 'tags_' || tag_category as field, list_sort(list(tag)) as texts
    from {{ catalog }}.lead_tags
    semi join folded.touched using (lead_type, lead_id)
    group by lead_type, lead_id, tag_category
    union all
    select lead_type, lead_id, 'comment', list((party, comment)::varchar order by position)
    from {{ catalog }}.lead_comments
    semi join folded.touched using (lead_type, lead_id)
    group by lead_type, lead_id
),

{% endfor %}
list_fields as (
    select kind, lead_type, lead_id, field
    from lists_then as was
    full join lists_now as now using (lead_type, lead_id, field)
    inner join compared using (lead_type, lead_id)
    where was.texts is distinct from now.texts
),

fields as (
    select distinct kind, lead_type, lead_id, field
    from (
        from own_fields
        union all
        from traffic_fields
        union all
        from second_models
        union all
        from list_fields
    )
    where field is not null
)

select kind, null as field, count(*) as leads
from sorted
where kind <> 'changed' or (lead_type, lead_id) in (select (lead_type, lead_id) from fields)
group by kind
union all
select kind, field, count(*)
from fields
group by kind, field
order by kind, field nulls first;
