-- The suspected gaps that the deliveries of the period show, and when each was received: what the view
-- suspected_gaps says, worked out for these alone.
{% include "reports/parts/never_ended.sql" %},

{% include "gaps/last_deliveries.sql" %},

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
    where last.received_at >= {{ period_start }} and last.received_at < {{ period_end }}
),

{% include "gaps/explained.sql" %}

