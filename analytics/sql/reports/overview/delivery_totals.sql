-- Deliveries received in the period, one row: all of them, those that are quarantined, and the
-- suspected gaps that they show: as many as parts/suspected.sql has rows.
with received as (from deliveries),

never_ended as (
    select
        leads.lead_type,
        leads.lead_id,
        leads.first_received_at >= timezone($timezone, $from::timestamp)
        and leads.last_received_at < timezone($timezone, ($to + 1)::timestamp) as is_within
    from leads
    cross join freshness
    where leads.call_phase = 'callconnected'
        and coalesce(leads.happened_at, leads.first_received_at)
            < freshness.published_at - interval 4 hour
        and leads.first_received_at < timezone($timezone, ($to + 1)::timestamp)
        and leads.last_received_at >= timezone($timezone, $from::timestamp)
),

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
    count(*) filter (where outcome = 'quarantined') as quarantined,
    (select count(*) from delivery_gaps semi join received using (delivery_id))
    + (select count(*) from never_ended where is_within)
    + (
        select count(*)
        from last_deliveries
        where received_at >= timezone($timezone, $from::timestamp)
            and received_at < timezone($timezone, ($to + 1)::timestamp)
    ) as suspected_gaps
from received;
