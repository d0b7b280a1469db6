-- Deliveries by the day, week, month or year ($unit) of receipt in the configured zone: one row for
-- each unit that the period touches; day is its first day, also where that lies before the period.
--
-- created to quarantined: by outcome. late: received after a delivery of the same lead that they
-- precede (is_late). from_api: fetched, not sent by a webhook. lag_…: percentiles of the seconds from
-- sent_at to received_at, in whole seconds as sendingTimestamp has them, of webhook deliveries that
-- carry it (without it sent_at is received_at); lag_known: how many those are. A delay set in the
-- webhook is part of neither: Calltouch stamps what it sends when it sends it. NULL: of nothing.
with {{ received }},

days as (
    select distinct date_trunc($unit, passed.day)::date as day
    from (
        select unnest(generate_series($from::timestamp, $to::timestamp, interval 1 day)) as day
    ) as passed
),

{{ part("quarters") }},

read as (
    select
        epoch_us(received_at) // 900000000 as quarter,
        outcome,
        is_late,
        origin,
        {{ lag }} as lag
    from received
),

counted as (
    select
        timed.day,
        count(*) as received,
        count(*) filter (where outcome = 'created') as created,
        count(*) filter (where outcome = 'updated') as updated,
        count(*) filter (where outcome = 'unchanged') as unchanged,
        count(*) filter (where outcome = 'probe') as probes,
        count(*) filter (where outcome = 'other') as others,
        count(*) filter (where outcome = 'quarantined') as quarantined,
        count(*) filter (where is_late) as late,
        count(*) filter (where origin = 'api') as from_api,
        count(lag) as lag_known,
        quantile_disc(lag, [0.5, 0.95]) as lags
    from read
    inner join (select quarter, date_trunc($unit, day)::date as day from quarters) as timed
        using (quarter)
    group by timed.day
)

select
    day,
    coalesce(received, 0) as received,
    coalesce(created, 0) as created,
    coalesce(updated, 0) as updated,
    coalesce(unchanged, 0) as unchanged,
    coalesce(probes, 0) as probes,
    coalesce(others, 0) as others,
    coalesce(quarantined, 0) as quarantined,
    coalesce(late, 0) as late,
    coalesce(from_api, 0) as from_api,
    coalesce(lag_known, 0) as lag_known,
    lags[1] as lag_p50,
    lags[2] as lag_p95
from days
left join counted using (day)
order by day;
