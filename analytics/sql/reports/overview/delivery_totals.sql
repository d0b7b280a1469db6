-- Deliveries received in the period, one row: all of them, those that are quarantined, and the
-- suspected gaps that they show: as many rows as parts/suspected.sql has.
with {{ received }},

{{ part("never_ended") }},

-- Of a lead whose deliveries were all received in the period the last one was; only others need be
-- looked at.
last_deliveries as (
    select arg_max(received_at, (sort_key, delivery_id)) as received_at
    from digest.deliveries
    semi join (from never_ended where not is_within) using (lead_type, lead_id)
    group by lead_type, lead_id
)

select
    count(*) as deliveries,
    (select count(*) from received where outcome = 'quarantined') as quarantined,
    (select count(*) from delivery_gaps semi join received using (delivery_id))
    + (select count(*) from never_ended where is_within)
    + (
        select count(*)
        from last_deliveries
        where received_at >= {{ period_start }} and received_at < {{ period_end }}
    ) as suspected_gaps
from received;
