-- Leads that began at $since or later, each with what it counts for; the beginning of other files.
--
-- delivered: when each webhook first brought a lead. arrived_at: the first of them; NULL for a lead
-- that the API alone has brought. is_started: some webhook told of the beginning of the call.
delivered as (
    select
        lead_type,
        lead_id,
        webhook,
        min(received_at) as arrived_at,
        bool_or(call_phase = 'callconnected') as is_started,
        min(received_at) filter (where call_phase = 'calldisconnected') as end_arrived_at
    from deliveries
    where origin = 'webhook' and lead_id is not null and received_at >= $since
    group by lead_type, lead_id, webhook
),

arrived as (
    select
        lead_type,
        lead_id,
        min(arrived_at) as arrived_at,
        bool_or(is_started) as is_started,
        min(end_arrived_at) as end_arrived_at
    from delivered
    group by lead_type, lead_id
),

facts as materialized (
    select
        leads.*,
        coalesce(site_id::varchar, '') as site,
        {{ moment("leads") }} as moment,
        {{ local_moment }} as local_moment,
        arrived_at,
        coalesce(is_started, false) as is_started,
        end_arrived_at
    from (
        select
            lead_type,
            lead_id,
            site_id,
            happened_at,
            happened_local,
            first_received_at,
            phone_number,
            session_id,
            is_unique,
            status,
            is_ended,
            waiting_time,
            duration,
            utm_source,
            utm_medium,
            utm_campaign,
            utm_content,
            utm_term
        from leads
        where coalesce(happened_at, first_received_at) >= $since
    ) as leads
    left join arrived using (lead_type, lead_id)
)
