-- Missed calls not recovered so far, $recovery_hours not yet over.
lead_type = 'call'
and lead_id in (
    select lead_id
    from missed_calls
    where {{ is_pending }}
)
