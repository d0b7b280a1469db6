-- The client's previous lead of each lead of the period, and how many seconds before it that was;
-- no row for a client's first. The lead is told by is_request and lead_id: a flag is joined in less
-- time than a text.
--
-- The rule is Calltouch's: the same client is the same number (canonical_phone, else ct_caller_id) or
-- the same canonical_email, on the same site; $across 'apart' looks for earlier calls of a call and earlier
-- requests of a request, 'crossed' for earlier leads of both types. All leads there are count as
-- earlier ones, whatever the filters. A lead without a number and an email tells nothing of its
-- client and is left out. A lead without a time counts at its first delivery.
--
-- A lead with a number and an email is there twice. All leads there are pass here, so a row holds as
-- little as it can.
told as not materialized (
    select
        day >= $from as is_asked,
        lead_type = 'request' as is_request,
        lead_id,
        {{ moment("leads") }} as moment,
        hash(
            'number',
            if($across = 'apart', lead_type, ''),
            site_id,
            {{ client_number }}
        ) as client
    from leads
    where day <= $to and {{ client_number }} is not null
    union all
    select
        day >= $from as is_asked,
        lead_type = 'request' as is_request,
        lead_id,
        {{ moment("leads") }} as moment,
        hash('email', if($across = 'apart', lead_type, ''), site_id, canonical_email)
            as client
    from leads
    where day <= $to and canonical_email is not null
),

-- Of a short period only its clients' leads need be put in order. In a long one nearly everybody
-- comes, and to sort out who does not would take longer than it saves.
comers as (
    select distinct client
    from told
    where is_asked and $to - $from <= 200
),

followed as (
    select
        is_asked,
        is_request,
        lead_id,
        moment,
        lag(moment) over in_order as previous_at,
        lag(is_request) over in_order as previous_is_request,
        lag(lead_id) over in_order as previous_id
    from (
        from told where $to - $from > 200
        union all
        from told semi join comers using (client) where $to - $from <= 200
    )
    window in_order as (partition by client order by moment, is_request, lead_id)
),

preceded as (
    select
        is_request,
        lead_id,
        max({
            'moment': previous_at,
            'lead_type': if(previous_is_request, 'request', 'call'),
            'lead_id': previous_id
        }) as previous,
        min(epoch(moment) - epoch(previous_at)) as seconds
    from followed
    where is_asked and previous_at is not null
    group by is_request, lead_id
)
