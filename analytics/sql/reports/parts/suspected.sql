-- The suspected gaps that the deliveries of the period show: what the view suspected_gaps says,
-- worked out for these alone, and when each was received.
--
-- All deliveries of a lead came between the first and the last that the lead knows of, so only leads
-- that had any in the period need be looked for.
never_ended as (
    select leads.lead_type, leads.lead_id
    from leads
    cross join freshness
    where leads.call_phase = 'callconnected'
        and coalesce(leads.happened_at, leads.first_received_at)
            < freshness.published_at - interval 4 hour
        and leads.first_received_at < timezone($timezone, ($to + 1)::timestamp)
        and leads.last_received_at >= timezone($timezone, $from::timestamp)
),

last_deliveries as (
    select
        lead_type,
        lead_id,
        arg_max(
            {'webhook': webhook, 'delivery_id': delivery_id, 'received_at': received_at},
            (sort_key, delivery_id)
        ) as last
    from digest.deliveries
    semi join never_ended using (lead_type, lead_id)
    group by lead_type, lead_id
),

shown as (
    select lead_type, lead_id, webhook, delivery_id, received_at, reason
    from delivery_gaps
    inner join (select delivery_id, received_at from received) as known using (delivery_id)
    union all
    select
        lead_type,
        lead_id,
        last.webhook,
        last.delivery_id,
        last.received_at,
        'call never ended' as reason
    from last_deliveries
    where last.received_at >= timezone($timezone, $from::timestamp)
        and last.received_at < timezone($timezone, ($to + 1)::timestamp)
),

-- When the API last said what became of the lead.
fetched as (
    select lead_type, lead_id, max(delivery_id) as delivery_id
    from deliveries
    semi join shown using (lead_type, lead_id)
    where origin = 'api'
    group by lead_type, lead_id
),

-- Compared since, and it is as the API says.
agreeing as (
    select distinct shown.lead_type, shown.lead_id, true as is_agreeing
    from shown
    inner join leads using (lead_type, lead_id)
    inner join reconciliation
        on reconciliation.day = leads.happened_local::date
            and reconciliation.site_id = leads.site_id
            and reconciliation.lead_type = leads.lead_type
    anti join reconciliation_differences as different
        on different.lead_type = shown.lead_type and different.lead_id = shown.lead_id
    where reconciliation.compared_at > leads.last_received_at
),

suspected as (
    select
        shown.*,
        case
            when fetched.delivery_id > shown.delivery_id then 'restored from the API'
            when is_agreeing then 'the API has nothing else'
        end as explanation
    from shown
    left join fetched
        on fetched.lead_type = shown.lead_type and fetched.lead_id = shown.lead_id
    left join agreeing
        on agreeing.lead_type = shown.lead_type and agreeing.lead_id = shown.lead_id
)
