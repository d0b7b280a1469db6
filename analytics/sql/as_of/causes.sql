-- Why each lead of a slice adds something else to its measures than it did: `before` and `after` are the
-- catalogs of what was known, measured_before and measured_after what the slice had in them.
--
-- cause: happened_later, added_by_resync, added_late: a lead that was not known, as in
-- came_later.sql; gone: one that is not known any more; entered, left: one that was known both times
-- and in the slice once; changed: one that was in it both times. fields: what was otherwise, of those
-- fields that the slice (`relevant`; of all where it is none) or the measures look at; empty where
-- the lead itself is as it was.
create or replace temp table moved_leads as
with paired as (
    select
        lead_type,
        lead_id,
        measured_before.leads is not null as was_in,
        measured_after.leads is not null as is_in,
        known_before.lead_id is not null as was_known,
        known_after.lead_id is not null as is_known,
        known_after.happened_at,
{% for measure, field in measures.items() %}
        coalesce(measured_after.{{ measure }}, 0) - coalesce(measured_before.{{ measure }}, 0) as {{ measure }},
{% endfor %}
    from measured_before
    full join measured_after using (lead_type, lead_id)
    left join {{ before }}.leads as known_before using (lead_type, lead_id)
    left join {{ after }}.leads as known_after using (lead_type, lead_id)
),

moved as (
    select *
    from paired
    where {% for measure in measures %}{{ measure }} <> 0{{ " or " if not loop.last else "" }}{% endfor %}

),

brought as (
    select lead_type, lead_id, arg_min(origin, (received_at, delivery_id)) as origin
    from {{ after }}.digest.deliveries
    semi join (from moved where not was_known) using (lead_type, lead_id)
    group by lead_type, lead_id
),

crossing as (
    select lead_type, lead_id
    from moved
    where was_known and is_known and was_in <> is_in
),

tags as (
    select lead_type, lead_id, list_sort(list((tag_category, tag)::varchar)) as texts, true as is_after
    from {{ after }}.lead_tags
    semi join crossing using (lead_type, lead_id)
    group by lead_type, lead_id
    union all
    select lead_type, lead_id, list_sort(list((tag_category, tag)::varchar)), false
    from {{ before }}.lead_tags
    semi join crossing using (lead_type, lead_id)
    group by lead_type, lead_id
),

differing as (
    select lead_type, lead_id, unnest([
{% for name in own %}
        if(was."{{ name }}" is distinct from now."{{ name }}", {{ name | literal }}, null){{ "," if not loop.last else "" }}
{% endfor %}
    ]) as field
    from crossing
    inner join {{ before }}.leads as was using (lead_type, lead_id)
    inner join {{ after }}.leads as now using (lead_type, lead_id)
    union
    select lead_type, lead_id, unnest([
{% for name in traffic %}
        if(was."{{ name }}" is distinct from now."{{ name }}", {{ name | literal }}, null){{ "," if not loop.last else "" }}
{% endfor %}
    ]) as field
    from crossing
    inner join {{ before }}.lead_attributions as was using (lead_type, lead_id)
    inner join {{ after }}.lead_attributions as now using (lead_type, lead_id, attribution_model)
    where list_contains($models, attribution_model)
    union
    select lead_type, lead_id, 'second_model' as field
    from crossing
    inner join {{ after }}.lead_attributions as now using (lead_type, lead_id)
    anti join {{ before }}.lead_attributions using (lead_type, lead_id, attribution_model)
    where list_contains($arriving, attribution_model)
    union
    select lead_type, lead_id, 'tags' as field
    from tags
    group by lead_type, lead_id
    having count(*) <> 2 or count(distinct texts) <> 1
),

named as (
    select lead_type, lead_id, list_sort(list(field)) as fields
    from differing
    where field is not null
    group by lead_type, lead_id
),

looked_at as (
    select
        lead_type,
        lead_id,
        fields,
        list_filter(fields, lambda field: list_contains($relevant, field)) as relevant_fields
    from named
)

select
    lead_type,
    lead_id,
    case
        when not is_known then 'gone'
        when not was_known and coalesce(happened_at > $before_at, false) then 'happened_later'
        when not was_known and brought.origin = 'api' then 'added_by_resync'
        when not was_known then 'added_late'
        when not was_in then 'entered'
        when not is_in then 'left'
        else 'changed'
    end as cause,
    case
        when not (was_known and is_known) then []
        when was_in and is_in then list_filter([
{% for measure, field in measures.items() if field %}
            if({{ measure }} <> 0, {{ field | literal }}, null){{ "," if not loop.last else "" }}
{% endfor %}
        ], lambda field: field is not null)
        when len(relevant_fields) > 0 then relevant_fields
        else coalesce(fields, [])
    end::varchar[] as fields,
{% for measure in measures %}
    {{ measure }},
{% endfor %}
from moved
left join brought using (lead_type, lead_id)
left join looked_at using (lead_type, lead_id)
