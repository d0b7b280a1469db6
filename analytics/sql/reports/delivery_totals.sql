-- Deliveries received on the days $from to $to, both included: all of them, those that are
-- quarantined, and the suspected gaps that they show. One row. Days are those of $timezone.
with received as (
    select delivery_id, outcome
    from deliveries
    where received_at >= timezone($timezone, $from::date::timestamp)
        and received_at < timezone($timezone, ($to::date + 1)::timestamp)
)

select
    count(*) as deliveries,
    count(*) filter (where outcome = 'quarantined') as quarantined,
    (
        select count(*)
        from suspected_gaps
        semi join received using (delivery_id)
    ) as suspected_gaps
from received;
