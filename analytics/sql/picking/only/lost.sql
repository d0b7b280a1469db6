-- Missed calls that were not recovered within $recovery_hours.
lead_type = 'call'
and lead_id in (
    select lead_id
    from missed_calls
    where missed_at + to_hours($recovery_hours) <= $now
        and (recovered_at is null or recovered_at > missed_at + to_hours($recovery_hours))
)
