-- Leads one by one, newest first: by `at`, which is happened_at, else first_received_at, then by
-- lead_type, then by lead_id from high to low.
--
-- At most $limit rows, 0 is all of them; those after the lead with `at` $after_at, lead_type
-- $after_type and lead_id $after_id, where these are given.
-- tags: those in force, each once, with commas between, NULL if none. has_recording: Calltouch sent
-- a link to one. has_transcript: what was said is known. NULL elsewhere: Calltouch has not sent it.
with {{ picked }},

placed as (
    select
        {{ moment("picked") }} as placed_at,
        lead_type,
        lead_id,
        attribution_model,
        day
    from picked
),

shown as (
    select *
    from placed
    where $after_at is null
        or placed_at < $after_at
        or (placed_at = $after_at and lead_type > $after_type)
        or (placed_at = $after_at and lead_type = $after_type and lead_id < $after_id)
    order by placed_at desc, lead_type, lead_id desc
    limit {{ number_or_all("$limit") }}
),

tagged as (
    select lead_type, lead_id, string_agg(distinct tag, ', ' order by tag) as tags
    from lead_tags
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
    leads.reclink is not null as has_recording,
    transcribed.lead_id is not null as has_transcript
from shown
-- The day says where to look: leads of one lie together.
inner join leads using (lead_type, lead_id, day)
left join lead_attributions as traffic
    on traffic.lead_type = shown.lead_type
        and traffic.lead_id = shown.lead_id
        and traffic.attribution_model = shown.attribution_model
left join tagged
    on tagged.lead_type = shown.lead_type and tagged.lead_id = shown.lead_id
left join transcribed
    on transcribed.lead_type = shown.lead_type and transcribed.lead_id = shown.lead_id
order by shown.placed_at desc, shown.lead_type, shown.lead_id desc;
