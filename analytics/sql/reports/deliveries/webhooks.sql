-- Webhooks and what they sent in the period, most deliveries first; deliveries from the API are not
-- among them.
--
-- leads: different ones. calls, requests: deliveries of them; others: of deals
-- and chats. get: deliveries by GET; get_share: their
-- share, 0 to 1. methods, models: those seen (attribution_model 0 last interaction, 1 last
-- non-direct), with commas between. lag_…: percentiles of the whole seconds from sent_at to
-- received_at, where sendingTimestamp was sent (lag_known). NULL: of nothing.
with {{ received }},

read as not materialized (
    select
        webhook,
        method,
        lead_type,
        lead_id,
        attribution_model,
        outcome,
        received_at,
        {{ lag }} as lag
    from received
    where origin = 'webhook'
),

-- Of many deliveries there are few kinds, and few different lags: they are counted first.
kinds as (
    select
        webhook,
        method,
        lead_type,
        attribution_model,
        outcome,
        count(*) as deliveries,
        min(received_at) as first_received_at,
        max(received_at) as last_received_at
    from read
    group by webhook, method, lead_type, attribution_model, outcome
),

counted as (
    select
        webhook,
        sum(deliveries)::bigint as deliveries,
        sum(if(lead_type = 'call', deliveries, 0))::bigint as calls,
        sum(if(lead_type = 'request', deliveries, 0))::bigint as requests,
        sum(if(outcome = 'other', deliveries, 0))::bigint as others,
        sum(if(outcome = 'quarantined', deliveries, 0))::bigint as quarantined,
        min(first_received_at) as first_received_at,
        max(last_received_at) as last_received_at,
        sum(if(method = 'GET', deliveries, 0))::bigint as get,
        bool_or(method = 'GET') as is_by_get,
        bool_or(method = 'POST') as is_by_post,
        bool_or(attribution_model = 0) as is_of_last_interaction,
        bool_or(attribution_model = 1) as is_of_last_non_direct
    from kinds
    group by webhook
),

different as (
    select webhook, count(lead_id) as leads
    from (
        select distinct webhook, lead_type = 'call' as is_call, lead_id
        from read
    )
    group by webhook
),

placed as (
    select
        webhook,
        lag,
        {{ placed("count(*)", "lag", ["webhook"]) }}
    from read
    where lag is not null
    group by webhook, lag
),

lags as (
    select
        webhook,
        any_value(known) as known,
        {{ counted_disc("lag", 0.5) }} as p50,
        {{ counted_disc("lag", 0.95) }} as p95,
        {{ counted_disc("lag", 0.25) }} as p25,
        {{ counted_disc("lag", 0.75) }} as p75
    from placed
    group by webhook
)

select
    webhook,
    deliveries,
    leads,
    calls,
    requests,
    others,
    quarantined,
    first_received_at,
    last_received_at,
    concat_ws(', ', if(is_by_get, 'GET', null), if(is_by_post, 'POST', null)) as methods,
    concat_ws(', ', if(is_of_last_interaction, '0', null), if(is_of_last_non_direct, '1', null))
        as models,
    get,
    get / deliveries as get_share,
    coalesce(lags.known, 0) as lag_known,
    lags.p50 as lag_p50,
    lags.p95 as lag_p95,
    lags.p25 as lag_p25,
    lags.p75 as lag_p75
from counted
inner join different using (webhook)
left join lags using (webhook)
order by deliveries desc, webhook;
