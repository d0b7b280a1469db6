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

kinds as (
    select
        webhook,
        method,
        lead_type,
        attribution_model,
        outcome,
        lag,
        count(*) as number,
        min(received_at) as first_received_at,
        max(received_at) as last_received_at
    from read
    group by webhook, method, lead_type, attribution_model, outcome, lag
),

counted as (
    select
        webhook,
        sum(number)::bigint as deliveries,
{% for name, condition in [
    ("calls", "lead_type = 'call'"),
    ("requests", "lead_type = 'request'"),
    ("others", "outcome = 'other'"),
    ("quarantined", "outcome = 'quarantined'"),
    ("get", "method = 'GET'"),
    ("post", "method = 'POST'"),
    ("of_last_interaction", "attribution_model = 0"),
    ("of_last_non_direct", "attribution_model = 1"),
] %}
        sum(if({{ condition }}, number, 0))::bigint as {{ name }},
{% endfor %}
        min(first_received_at) as first_received_at,
        max(last_received_at) as last_received_at
    from kinds
    group by webhook
),

-- Ids lie close together: a bit for each of 32 of them is less to keep than each by itself.
told as (
    select webhook, sum(bit_count(bits))::bigint as leads
    from (
        select webhook, bit_or(1::bigint << (lead & 31)) as bits
        from read
        group by webhook, lead >> 5
    )
    group by webhook
),

lags as (
    select webhook, lag, sum(number) as number
    from kinds
    where lag is not null
    group by webhook, lag
),

placed as (
    select
        webhook,
        lag,
        (sum(number) over (partition by webhook order by lag))::bigint as reached,
        (sum(number) over (partition by webhook))::bigint as known
    from lags
),

lagging as (
    select
        webhook,
        any_value(known) as lag_known,
        {{ discrete("lag", 0.5) }} as lag_p50,
        {{ discrete("lag", 0.95) }} as lag_p95,
        {{ discrete("lag", 0.25) }} as lag_p25,
        {{ discrete("lag", 0.75) }} as lag_p75
    from placed
    group by webhook
)

select
    webhook,
    deliveries,
    coalesce(leads, 0) as leads,
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
    coalesce(lag_known, 0) as lag_known,
    lag_p50,
    lag_p95,
    lag_p25,
    lag_p75
from counted
left join told using (webhook)
left join lagging using (webhook)
order by deliveries desc, webhook;
