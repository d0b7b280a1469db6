-- Leads one by one, newest first: by `at`, which is happened_at, else first_received_at, then by
-- lead_type, then by lead_id from high to low.
--
-- At most $limit rows, 0 is all of them; those after the lead with `at` $after_at, lead_type
-- $after_type and lead_id $after_id, where these are given.
-- tags: those in force, each once, with commas between, NULL if none. has_recording: Calltouch sent
-- a link to one. has_transcript: what was said is known. NULL elsewhere: Calltouch has not sent it.
with picked as (from leads),

placed as (
    select
        lead_type,
        lead_id,
        coalesce(happened_at, first_received_at) as placed_at
    from picked
),

shown as (
    select lead_type, lead_id, placed_at
    from placed
    where $after_at is null
        or placed_at < $after_at
        or (placed_at = $after_at and lead_type > $after_type)
        or (placed_at = $after_at and lead_type = $after_type and lead_id < $after_id)
    order by placed_at desc, lead_type, lead_id desc
    limit if($limit = 0, 9223372036854775807, $limit)
),

tagged as (
    select lead_type, lead_id, string_agg(distinct tag, ', ' order by tag) as tags
    from lead_tags
    semi join shown using (lead_type, lead_id)
    group by lead_type, lead_id
),

transcribed as (
    select distinct lead_id
    from call_phrases
    where lead_id in (select lead_id from shown where lead_type = 'call')
)

select
    shown.placed_at as at,
    picked.day,
    picked.happened_local,
    picked.lead_type,
    picked.lead_id,
    picked.site_id,
    picked.site_name,
    picked.caller_phone,
    picked.email,
    picked.fio,
    picked.attribution_model,
    picked.source,
    picked.medium,
    picked.utm_source,
    picked.utm_medium,
    picked.utm_campaign,
    picked.utm_content,
    picked.utm_term,
    picked.status,
    picked.call_phase,
    picked.duration,
    picked.waiting_time,
    picked.is_unique,
    picked.is_target,
    picked.is_unique_target,
    picked.is_spam,
    picked.manager,
    picked.subject,
    picked.phone_number,
    picked.city,
    picked.device,
    tagged.tags,
    picked.rating,
    picked.order_id,
    picked.delivery_count,
    picked.reclink is not null as has_recording,
    picked.lead_type = 'call' and transcribed.lead_id is not null as has_transcript
from picked
inner join shown using (lead_type, lead_id)
left join tagged using (lead_type, lead_id)
left join transcribed using (lead_id)
order by shown.placed_at desc, lead_type, lead_id desc;
