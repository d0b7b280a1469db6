-- The deliveries of the period, one row.
--
-- sent: by webhooks; from_api: fetched; quarantined, late, lag_known, lag_…: as in deliveries.
-- compared_days: days of the period that were compared with the API; in_api, missing, lost: leads of
-- those days, as in reconciliation_days, NULL if none was. last_compared_at: when anything was last
-- compared, whatever the period; NULL: never.
with {{ received }},

tallied as (
    select
        origin,
        outcome = 'quarantined' as is_quarantined,
        is_late,
        {{ lag }} as lag,
        count(*) as deliveries
    from received
    group by all
),

counted as (
    select
        coalesce(sum(deliveries), 0)::bigint as deliveries,
        coalesce(sum(deliveries) filter (where origin = 'webhook'), 0)::bigint as sent,
        coalesce(sum(deliveries) filter (where origin = 'api'), 0)::bigint as from_api,
        coalesce(sum(deliveries) filter (where is_quarantined), 0)::bigint as quarantined,
        coalesce(sum(deliveries) filter (where is_late), 0)::bigint as late,
        coalesce(sum(deliveries) filter (where lag is not null), 0)::bigint as lag_known
    from tallied
),

placed as (
    select
        lag,
        {{ placed("sum(deliveries)", "lag") }}
    from tallied
    where lag is not null
    group by lag
),

lags as (
    select
        {{ counted_disc("lag", 0.5) }} as lag_p50,
        {{ counted_disc("lag", 0.95) }} as lag_p95,
        {{ counted_disc("lag", 0.25) }} as lag_p25,
        {{ counted_disc("lag", 0.75) }} as lag_p75
    from placed
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
    lag_p50,
    lag_p95,
    compared_days,
    in_api,
    missing,
    lost,
    (select max(compared_at) from reconciliation) as last_compared_at,
    lag_p25,
    lag_p75
from counted
cross join lags
cross join compared;
