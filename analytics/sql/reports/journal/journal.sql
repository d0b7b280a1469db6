-- Leads one by one, newest first: by `at`, which is happened_at, else first_received_at, then by
-- lead_type, then by lead_id from high to low.
--
-- At most $limit rows, 0 is all of them; those after the lead with `at` $after_at, lead_type
-- $after_type and lead_id $after_id, where these are given.
-- With $sort, a name of `sorts` below, they are in the order of that column instead, the least first,
-- or the largest where a minus stands before the name, the unknown last; leads that are alike in it
-- are as usual. A page then begins after $skip rows.
-- tags: those in force, each once, with commas between, NULL if none. has_recording: Calltouch sent
-- a link to one. has_transcript: what was said is known. NULL elsewhere: Calltouch has not sent it.
-- source_0, medium_0: by the last interaction; source_1, medium_1: by the last non-direct one.
{% set sorts = {
    "at": "placed_at",
    "lead_type": "lead_type",
    "lead_id": "lead_id",
    "source": "lower(source)",
    "utm_source": "lower(utm_source)",
    "utm_medium": "lower(utm_medium)",
    "utm_campaign": "lower(utm_campaign)",
    "utm_content": "lower(utm_content)",
    "utm_term": "lower(utm_term)",
    "model": "attribution_model",
    "status": "status",
    "duration": "duration",
    "waiting_time": "waiting_time",
    "unique": "is_unique",
    "target": "is_target",
    "unique_target": "is_unique_target",
    "spam": "is_spam",
    "manager": "lower(manager)",
    "phone_number": "phone_number",
    "city": "lower(city)",
    "device": "lower(device)",
    "site": "lower(site_name)",
    "rating": "rating",
    "deliveries": "delivery_count",
} %}
{% set in_order = "" %}
{% if sort %}
{% set in_order = "sorts_by " ~ ("desc" if sort.startswith("-") else "asc") ~ " nulls last," %}
{% endif %}
with {{ picked }},

placed as (
    select
        {{ moment("picked") }} as placed_at,
        lead_type,
        lead_id,
        attribution_model,
        day,
        {{ sorts[sort.lstrip("-")] if sort else "null" }} as sorts_by
    from picked
),

shown as (
    select *
    from placed
{% if not sort %}
    where $after_at is null
        or placed_at < $after_at
        or (placed_at = $after_at and lead_type > $after_type)
        or (placed_at = $after_at and lead_type = $after_type and lead_id < $after_id)
{% endif %}
    order by {{ in_order }} placed_at desc, lead_type, lead_id desc
    limit {{ number_or_all("$limit") }}
    offset $skip
),

tagged as (
    select lead_type, lead_id, string_agg(distinct tag, ', ' order by tag) as tags
    from lead_tags
    semi join shown using (lead_type, lead_id)
    group by lead_type, lead_id
),

by_model as (
    select
        lead_type,
        lead_id,
        any_value(source) filter (where attribution_model = 0) as source_0,
        any_value(medium) filter (where attribution_model = 0) as medium_0,
        any_value(source) filter (where attribution_model = 1) as source_1,
        any_value(medium) filter (where attribution_model = 1) as medium_1
    from lead_attributions
    semi join shown using (lead_type, lead_id)
    group by lead_type, lead_id
),

transcribed as (
    select distinct 'call' as lead_type, lead_id
    from call_phrases
    where lead_id in (select lead_id from shown where lead_type = 'call')
)

select
    shown.placed_at as at,
    shown.day,
    leads.happened_local,
    shown.lead_type,
    shown.lead_id,
    leads.site_id,
    leads.site_name,
    leads.caller_phone,
    leads.email,
    leads.fio,
    shown.attribution_model,
    traffic.source,
    traffic.medium,
    by_model.source_0,
    by_model.medium_0,
    by_model.source_1,
    by_model.medium_1,
    traffic.utm_source,
    traffic.utm_medium,
    traffic.utm_campaign,
    traffic.utm_content,
    traffic.utm_term,
    leads.status,
    leads.call_phase,
    leads.duration,
    leads.waiting_time,
    leads.is_unique,
    leads.is_target,
    leads.is_unique_target,
    leads.is_spam,
    leads.manager,
    leads.subject,
    leads.phone_number,
    traffic.city,
    traffic.device,
    tagged.tags,
    leads.rating,
    leads.order_id,
    leads.delivery_count,
    leads.reclink is not null and not starts_with(leads.reclink, 'erased:') as has_recording,
    transcribed.lead_id is not null as has_transcript
from shown
-- The day says where to look: leads of one lie together.
inner join leads using (lead_type, lead_id, day)
left join lead_attributions as traffic
    on traffic.lead_type = shown.lead_type
        and traffic.lead_id = shown.lead_id
        and traffic.attribution_model = shown.attribution_model
left join by_model
    on by_model.lead_type = shown.lead_type and by_model.lead_id = shown.lead_id
left join tagged
    on tagged.lead_type = shown.lead_type and tagged.lead_id = shown.lead_id
left join transcribed
    on transcribed.lead_type = shown.lead_type and transcribed.lead_id = shown.lead_id
order by {{ in_order }} shown.placed_at desc, shown.lead_type, shown.lead_id desc;
