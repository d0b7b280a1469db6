-- Missed calls that were not recovered within $recovery_hours.
lead_type = 'call'
and lead_id in (
    select lead_id
    from missed_calls
    where {{ is_lost }}
)
