-- Calls that never ended and may have shown it in the period: all deliveries of a lead came between
-- the first and the last that it knows of. is_within: all of them came in the period.
never_ended as (
    select
        leads.lead_type,
        leads.lead_id,
        leads.first_received_at >= {{ period_start }}
        and leads.last_received_at < {{ period_end }} as is_within
    from leads
    cross join freshness
    where {{ is_never_ended }}
        and leads.first_received_at < {{ period_end }}
        and leads.last_received_at >= {{ period_start }}
)
