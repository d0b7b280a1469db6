-- The deliveries of the period, one row.
--
-- sent: by webhooks; from_api: fetched; quarantined, late, lag_known, lag_…: as in deliveries.
-- compared_days: days of the period that were compared with the API; in_api, missing, lost: leads of
-- those days, as in reconciliation_days, NULL if none was. last_compared_at: when anything was last
-- compared, whatever the period; NULL: never.
with {{ received }},

read as (
    select
        origin,
        outcome,
        is_late,
        {{ lag }} as lag
    from received
),

counted as (
    select
        count(*) as deliveries,
        count(*) filter (where origin = 'webhook') as sent,
        count(*) filter (where origin = 'api') as from_api,
        count(*) filter (where outcome = 'quarantined') as quarantined,
        count(*) filter (where is_late) as late,
        count(lag) as lag_known,
        quantile_disc(lag, [0.5, 0.95, 0.25, 0.75]) as lags
    from read
),

compared as (
    select
        count(distinct day) as compared_days,
        sum(in_api)::bigint as in_api,
        (sum(only_api) + sum(lost))::bigint as missing,
        sum(lost)::bigint as lost
    from reconciliation
    where day between $from and $to
)

select
    deliveries,
    sent,
    from_api,
    quarantined,
    late,
    lag_known,
    lags[1] as lag_p50,
    lags[2] as lag_p95,
    compared_days,
    in_api,
    missing,
    lost,
    (select max(compared_at) from reconciliation) as last_compared_at,
    lags[3] as lag_p25,
    lags[4] as lag_p75
from counted
cross join compared;
