-- What the deliveries of the period show to be wrong with the webhooks: one row per finding.
--
-- Of every webhook the last 2,000 deliveries with a lead are looked at (the sample); `quarantined`,
-- `another_site` and `silent` look at all of the period. Calls that have only begun count for no parameter.
-- finding, and the columns that it fills besides severity ('error', 'warning', 'info') and webhook:
--   parameter_off     parameter, lead_type (of the parameter), deliveries (at least 20), is_elsewhere
--                     (another webhook carries it): a documented parameter that none of them carries
--   parameter_renamed parameter (the documented one, in none), received_as (an unknown one whose
--                     values look like it: 20 at least, 90 % of them), deliveries with it
--   parameter_unknown received_as, deliveries: undocumented, and like none that is missing
--   only_calls, only_requests         deliveries (at least 50), is_elsewhere
--   no_call_starts, no_call_ends      deliveries of calls (at least 20); starts only where any phase
--                     is told
--   only_target, only_unique, only_answered   lead_type, leads whose flag is known (at least 50)
--   sent_by_get       deliveries by GET, share of the sample
--   one_model         attribution_model (the only one), deliveries; webhook is NULL: it is of all
--   no_later_events   leads (at least 50), is_elsewhere: nothing is sent after the first sending and
--                     the end of the call
--   event_unseen      event, leads (at least 200), is_elsewhere: no delivery names it as changed
--   silent            seconds_silent, last_received_at, deliveries (of the others since, at least 50
--                     in their samples): for a day and for ten times the usual interval
--   another_site      deliveries and leads of which the lead had another site before: two sites, or two
--                     accounts, send the same ids; also of records of the API
--   quarantined       deliveries, share of all of the period, problems (of the newest)
-- Not to be seen: a secret that is missing, and what Calltouch never tried to send.
with {{ received }},

spoken as (
    select
        webhook,
        count(*) as deliveries,
        count(*) filter (where outcome = 'quarantined') as quarantined,
        arg_max(problems, delivery_id) filter (where outcome = 'quarantined') as problems,
        max(received_at) as last_received_at,
        max(delivery_id, 2000) filter (where lead_id is not null) as newest
    from received
    where origin = 'webhook'
    group by webhook
),

sampled as (
    select
        stored.* exclude (kind) replace (array_to_string(stored.other, '')::json as other),
        if(call_phase = 'callconnected' and lead_type = 'call', 'start', lead_type) as kind
    from digest.deliveries as stored
    semi join (select unnest(newest) as delivery_id from spoken) as recent using (delivery_id)
),

-- Every parameter of analytics/parameters. shape: what the values look like. weight: how much it matters that it is missing.
documented (parameter, lead_type, weight, shape) as (
    values
{% for one in documented %}
{% set lead_type = one.lead_types[0] if one.lead_types | length == 1 else "both" %}
        ({{ one.name | literal }}, {{ lead_type | literal }}, {{ one.missing | literal }}, {{ one.looks_like | literal }}){{ "," if not loop.last else "" }}
{% endfor %}
),

-- Parameters with a column of their own: how many deliveries carry each.
spread as (
    select webhook, kind, sent.*
    from sampled
    where kind <> 'start'
),

spread_counts as (
    select webhook, kind, count(columns(* exclude (webhook, kind)))
    from spread
    group by webhook, kind
),

-- The others: lists, and what is not documented.
others as (
    select
        webhook,
        kind,
        unnest(json_keys(other)) as parameter,
        unnest(json_extract_string(other, '$.*')) as value,
        unnest(json_type(other, '$.*')) = 'ARRAY' as is_list
    from sampled
    where kind <> 'start'
),

carried as (
    select webhook, kind, parameter, carried
    from (unpivot spread_counts on columns(* exclude (webhook, kind)) into name parameter value carried)
    union all
    select webhook, kind, parameter, count(*)
    from others
    group by webhook, kind, parameter
),

-- How many deliveries of a webhook should carry a parameter, and how many do.
due as (
    select
        sizes.webhook,
        documented.parameter,
        documented.lead_type,
        any_value(documented.weight) as weight,
        any_value(documented.shape) as shape,
        sum(sizes.deliveries)::bigint as deliveries,
        coalesce(sum(carrying.carried), 0) as carried
    from (select webhook, kind, count(*) as deliveries from spread group by webhook, kind) as sizes
    inner join documented on documented.lead_type in ('both', sizes.kind)
    left join (
        select webhook, kind, parameter, sum(carried) as carried
        from carried
        group by webhook, kind, parameter
    ) as carrying
        on carrying.webhook = sizes.webhook
            and carrying.kind = sizes.kind
            and carrying.parameter = documented.parameter
    group by sizes.webhook, documented.parameter, documented.lead_type
),

missing as (
    select
        *,
        parameter in (select parameter from due where carried > 0) as is_elsewhere
    from due
    where carried = 0 and deliveries >= 20
),

shaped as (
    select
        webhook,
        parameter as received_as,
        case
            when is_list then 'list'
            when value like '%jwtkey=%' then 'recording'
            when regexp_full_match(value, 'https?://\S*') then 'url'
            when regexp_full_match(value, '[^@\s]+@[^@\s]+\.[^@\s]+') then 'email'
            when regexp_full_match(value, '7\d{10}') then 'phone'
            when regexp_full_match(value, '[0-9a-f]{32}') then 'hex'
            when regexp_full_match(value, '[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}')
                then 'uuid'
            when regexp_full_match(value, '\d{4}-\d\d-\d\d \d\d:\d\d:\d\d') then 'local time'
            when regexp_full_match(value, '1\d{9}') then 'instant'
            when regexp_full_match(value, '\d{18,20}') then 'long id'
            when regexp_full_match(value, '(\d{1,3}\.){3}\d{1,3}') then 'ip'
            when value like 'Mozilla/%' then 'user agent'
            when value in ('call', 'request') then 'lead type'
            when value in ('callconnected', 'calldisconnected') then 'phase'
            when value in ('successful', 'unsuccessful') then 'status'
            when value in ('target', 'non-target') then 'target'
            when value in ('uniqtarget', 'non-uniqtarget') then 'unique target'
            when value in ('callback', 'non-callback') then 'callback'
            when value in ('worktime', 'non-worktime') then 'worktime'
            when value in ('dynamic', 'staticOffline', 'staticOnline') then 'pool'
            when value in ('true', 'false') then 'flag'
            when regexp_full_match(value, '\d+') then 'number'
            else 'text'
        end as shape,
        count(*) as seen
    from others
    where coalesce(value, '') not in ('', 'null', 'undefined')
        and parameter not in (select parameter from documented)
    group by all
),

-- Shapes that several parameters share say little: there the names must be alike as well.
renamed as (
    select
        missing.webhook,
        missing.parameter,
        missing.lead_type,
        shaped.received_as,
        shaped.seen as deliveries,
        jaro_winkler_similarity(
            replace(lower(missing.parameter), '_', ''), replace(lower(shaped.received_as), '_', '')
        ) as likeness
    from missing
    inner join (
        select *, sum(seen) over (partition by webhook, received_as) as all_seen
        from shaped
    ) as shaped using (webhook, shape)
    where shaped.seen >= 20
        and shaped.seen >= 0.9 * shaped.all_seen
        and (likeness >= 0.75 or missing.shape not in ('text', 'number', 'flag', 'url', 'list'))
    qualify row_number() over (
            partition by missing.webhook, shaped.received_as
            order by likeness desc, missing.parameter
        ) = 1
        and row_number() over (
            partition by missing.webhook, missing.parameter
            order by likeness desc, shaped.received_as
        ) = 1
),

-- What the sample of each webhook is made of.
made_of as (
    select
        webhook,
        count(*) as deliveries,
        count(distinct (lead_type, lead_id)) as leads,
        count(*) filter (where kind = 'start') as starts,
        count(*) filter (where kind = 'call') as ends,
        count(call_phase) as phased,
        count(*) filter (where kind = 'request') as requests,
        count(*) filter (where method = 'GET') as by_get,
        count(*) filter (where not list_contains(changed_fields, 'callphase')) as later,
        (epoch(max(received_at)) - epoch(min(received_at))) / nullif(deliveries - 1, 0) as interval
    from sampled
    group by webhook
),

in_all as (
    select
        sum(starts + ends) as all_calls,
        sum(requests) as all_requests,
        sum(later) as all_later
    from made_of
),

flags as (
    select webhook, lead_type, lead_id, 'only_target' as finding,
        if(kind = 'call', sent.targetcall, sent.targetrequest) = 'target' as is_it,
        if(kind = 'call', sent.targetcall, sent.targetrequest) in ('target', 'non-target') as is_known
    from sampled where kind <> 'start'
    union all
    select webhook, lead_type, lead_id, 'only_unique',
        if(kind = 'call', sent."unique", sent.uniquerequest) = 'true',
        if(kind = 'call', sent."unique", sent.uniquerequest) in ('true', 'false')
    from sampled where kind <> 'start'
    union all
    select webhook, lead_type, lead_id, 'only_answered',
        sent.status = 'successful',
        sent.status in ('successful', 'unsuccessful')
    from sampled where kind = 'call'
),

events (event, pattern, is_of_calls) as (
    values
        ('tags', 'tags_.*', false),
        ('comments', 'comment', false),
        ('transcript', 'text', true),
        ('manager', 'manager', false),
        ('rating', 'rating', false),
        ('spam', 'spam', true)
),

changed as (
    select distinct webhook, unnest(changed_fields) as field
    from sampled
),

seen as (
    select distinct changed.webhook, events.event
    from changed
    inner join events on regexp_full_match(changed.field, events.pattern)
),

unseen as (
    select made_of.webhook, made_of.leads, events.event
    from made_of
    inner join events on made_of.ends > 0 or not events.is_of_calls
    anti join seen on seen.webhook = made_of.webhook and seen.event = events.event
    where made_of.later > 0 and made_of.leads >= 200
),

quiet as (
    select
        spoken.webhook,
        spoken.last_received_at,
        epoch(max(sampled.received_at)) - epoch(spoken.last_received_at) as seconds_silent,
        count(*) as deliveries
    from spoken
    inner join sampled
        on sampled.webhook <> spoken.webhook and sampled.received_at > spoken.last_received_at
    group by spoken.webhook, spoken.last_received_at
),

of_two_sites as (
    select webhook, count(*) as deliveries, count(distinct (lead_type, lead_id)) as leads
    from received
    where list_contains(problems, 'another site''s lead id: siteId')
    group by webhook
),

found as (
    select 'parameter_off' as finding, weight as severity, webhook, lead_type, parameter, deliveries,
        is_elsewhere
    from missing
    anti join renamed using (webhook, parameter)
    union all by name
    select 'parameter_renamed' as finding, 'error' as severity, webhook, lead_type, parameter,
        received_as, deliveries
    from renamed
    union all by name
    select 'parameter_unknown' as finding, 'info' as severity, webhook,
        parameter as received_as, sum(carried)::bigint as deliveries
    from carried
    anti join renamed on renamed.webhook = carried.webhook and renamed.received_as = carried.parameter
    where parameter not in (select parameter from documented)
    group by webhook, parameter
    union all by name
    select if(requests = 0, 'only_calls', 'only_requests') as finding,
        if(requests = 0, all_requests, all_calls) > 0 as is_elsewhere,
        if(is_elsewhere, 'info', 'warning') as severity, webhook, deliveries
    from made_of
    cross join in_all
    where deliveries >= 50 and (requests = 0 or starts + ends = 0)
    union all by name
    select if(starts = 0, 'no_call_starts', 'no_call_ends') as finding,
        if(starts = 0, 'info', 'error') as severity, webhook, starts + ends as deliveries
    from made_of
    where starts + ends >= 20 and (starts = 0 and phased > 0 or ends = 0)
    union all by name
    select finding, 'warning' as severity, webhook, lead_type, count(distinct lead_id) as leads
    from flags
    where is_known
    group by finding, webhook, lead_type
    having bool_and(is_it) and leads >= 50
    union all by name
    select 'sent_by_get' as finding, 'warning' as severity, webhook, by_get as deliveries,
        by_get / made_of.deliveries as share
    from made_of
    where by_get > 0
    union all by name
    select 'one_model' as finding, 'warning' as severity, any_value(attribution_model)
        as attribution_model, count(*) as deliveries
    from sampled
    having count(distinct attribution_model) = 1 and count(*) >= 20
    union all by name
    select 'no_later_events' as finding, webhook, leads, all_later > 0 as is_elsewhere,
        if(is_elsewhere, 'info', 'warning') as severity
    from made_of
    cross join in_all
    where later = 0 and leads >= 50
    union all by name
    select 'event_unseen' as finding, 'info' as severity, webhook, leads, event,
        event in (select event from seen) as is_elsewhere
    from unseen
    union all by name
    select 'silent' as finding, 'error' as severity, webhook, quiet.deliveries, last_received_at,
        seconds_silent
    from quiet
    left join made_of using (webhook)
    where quiet.deliveries >= 50
        and seconds_silent >= 86400
        and seconds_silent >= 10 * coalesce(made_of.interval, 0)
    union all by name
    select 'another_site' as finding, 'error' as severity, webhook, deliveries, leads
    from of_two_sites
    union all by name
    select 'quarantined' as finding, 'error' as severity, webhook, quarantined as deliveries,
        quarantined / spoken.deliveries as share, problems
    from spoken
    where quarantined > 0
)

select
    finding,
    severity,
    webhook,
    lead_type,
    parameter,
    received_as,
    event,
    attribution_model,
    deliveries,
    leads,
    share,
    is_elsewhere,
    seconds_silent,
    last_received_at,
    problems
from found
order by
    list_position(['error', 'warning', 'info'], severity),
    finding,
    webhook nulls first,
    parameter,
    received_as,
    event,
    lead_type;
