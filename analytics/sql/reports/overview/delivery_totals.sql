-- Deliveries received in the period, one row: all of them, those that are quarantined, and the
-- suspected gaps that they show.
with received as (from deliveries)

select
    count(*) as deliveries,
    count(*) filter (where outcome = 'quarantined') as quarantined,
    (
        select count(*)
        from suspected_gaps
        semi join received using (delivery_id)
    ) as suspected_gaps
from received;
