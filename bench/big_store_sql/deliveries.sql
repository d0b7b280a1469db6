-- Two of each lead: the second one makes it what it is.
insert into digest.deliveries by name
select
    2 * lead_id + 1 + nth as delivery_id,
    happened_at + to_seconds(5 + nth * 600 + chance(lead_id, 80 + nth) ** 8 * 3000)
        as received_at,
    if(nth = 1 and moved < 0.3, 'last-touch', 'default') as webhook,
    'webhook' as origin,
    if(nth = 1 and moved < 0.3, 'GET', 'POST') as method,
    '92.118.66.7' as source_ip,
    lead_type,
    lead_id,
    happened_at + to_seconds(4 + nth * 600) as sent_at,
    if(nth = 1 and moved < 0.3, 0, 1)::smallint as attribution_model,
    if(not is_call, null, if(nth = 0 or is_unfinished, 'callconnected', 'calldisconnected'))
        as call_phase,
    if(nth = 0, null, ['callphase', 'status', 'duration']) as changed_fields,
    case when nth = 0 then 'created' when chance(lead_id, 82) < 0.05 then 'unchanged'
        else 'updated' end as outcome,
    chance(lead_id, 83) < 0.01 as is_late,
    if(is_call and nth = 0, -1, 2 * epoch_us(sent_at) + 1) as sort_key,
    1000 as size,
    if(chance(lead_id, 84) < 0.002, ['not a whole number: duration'], []) as problems,
    {
        'leadtype': lead_type,
        'id': if(is_call, lead_id::varchar, null),
        'requestId': if(is_call, null, lead_id::varchar),
        'changedFields': if(nth = 0, null, '["callphase","status","duration"]'),
        'sendingTimestamp': (epoch(happened_at)::bigint + 4 + nth * 600)::varchar,
        'callphase': if(not is_call, null,
            if(nth = 0 or is_unfinished, 'callconnected', 'calldisconnected')),
        'callerphone': phone,
        'timestamp': epoch(happened_at)::bigint::varchar,
        'status': if(nth = 0 or not is_call, null,
            if(is_answered, 'successful', 'unsuccessful')),
        'unique': if(is_call, (person = lead_id)::varchar, null),
        'uniquerequest': if(is_call, null, (person = lead_id)::varchar),
        'siteId': (10001 + (person % 2 = 0)::integer)::varchar,
        'source': 'source-' || source,
        'utm_campaign': 'campaign-' || campaign,
        'url': 'https://site.example/landing/' || (campaign % 300),
        'userAgent': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/120'
    } as sent
from drawn
cross join (values (0), (1)) as sendings (nth)
order by delivery_id;
