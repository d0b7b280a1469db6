-- Deliveries received on the days of the period, in the configured zone.
received as not materialized (
    from deliveries
    where received_at >= {{ period_start }} and received_at < {{ period_end }}
)
