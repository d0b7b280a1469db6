-- Webhooks and what they sent in the period, most deliveries first; deliveries from the API are not
-- among them.
--
-- leads: different ones. calls, requests: deliveries of them; others: of deals
-- and chats. get: deliveries by GET; get_share: their
-- share, 0 to 1. methods, models: those seen (attribution_model 0 last interaction, 1 last
-- non-direct), with commas between. lag_…: percentiles of the whole seconds from sent_at to
-- received_at, where sendingTimestamp was sent (lag_known). NULL: of nothing.
with {{ received }},

read as (
    select
        webhook,
        method,
        lead_type,
        if(lead_type = 'call', 2 * lead_id, 2 * lead_id + 1) as lead,
        attribution_model,
        outcome,
        received_at,
        {{ lag }} as lag
    from received
    where origin = 'webhook'
),

counted as (
    select
        webhook,
        count(*) as deliveries,
        count(distinct lead) as leads,
        count(*) filter (where lead_type = 'call') as calls,
        count(*) filter (where lead_type = 'request') as requests,
        count(*) filter (where outcome = 'other') as others,
        count(*) filter (where outcome = 'quarantined') as quarantined,
        min(received_at) as first_received_at,
        max(received_at) as last_received_at,
        count(*) filter (where method = 'GET') as get,
        count(*) filter (where method = 'POST') as post,
        count(*) filter (where attribution_model = 0) as of_last_interaction,
        count(*) filter (where attribution_model = 1) as of_last_non_direct,
        count(lag) as lag_known,
        quantile_disc(lag, [0.5, 0.95, 0.25, 0.75]) as lags
    from read
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
    concat_ws(', ', if(get > 0, 'GET', null), if(post > 0, 'POST', null)) as methods,
    concat_ws(', ', if(of_last_interaction > 0, '0', null), if(of_last_non_direct > 0, '1', null))
        as models,
    get,
    get / deliveries as get_share,
    lag_known,
    lags[1] as lag_p50,
    lags[2] as lag_p95,
    lags[3] as lag_p25,
    lags[4] as lag_p75
from counted
order by deliveries desc, webhook;
