-- Duplicates by the day, week, month or year ($unit) of receipt in the configured zone: one row for
-- each unit that the period touches; day is its first day, also where that lies before the period.
--
-- deliveries: those of webhooks that carry sendingTimestamp (without it sent_at is received_at);
-- duplicates: how many of them repeat another one of the same day: the same webhook, lead and
-- sendingTimestamp. What they say is not compared; two sendings of one lead in one second count as
-- one. Such a delivery changes nothing (outcome unchanged), but so may others.
with {{ received }},

days as (
    select unnest(generate_series($from::timestamp, $to::timestamp, interval 1 day))::date as day
),

{{ part("quarters") }},

read as (
    select
        epoch_us(received_at) // 900000000 as quarter,
        hash(webhook, lead_type, lead_id, sent_at) as sending
    from received
    where origin = 'webhook' and sent_at <> received_at and lead_id is not null
),

counted as (
    select
        quarters.day,
        count(*) as deliveries,
        deliveries - count(distinct read.sending) as duplicates
    from read
    inner join quarters using (quarter)
    group by quarters.day
)

select
    date_trunc($unit, day)::date as day,
    coalesce(sum(deliveries), 0)::bigint as deliveries,
    coalesce(sum(duplicates), 0)::bigint as duplicates
from days
left join counted using (day)
group by all
order by day;
