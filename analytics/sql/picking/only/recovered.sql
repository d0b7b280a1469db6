-- Missed calls whose client was answered by a later call within $recovery_hours.
lead_type = 'call'
and lead_id in (
    select lead_id
    from missed_calls
    where {{ is_recovered }}
)
