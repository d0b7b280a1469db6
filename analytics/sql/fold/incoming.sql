-- The new deliveries: which lead each belongs to, when it was sent, under which model.
-- Design rules 2 and 3. `decoded` is the batch as digest read it; what is in the store already is
-- left out, so that a batch digested twice changes nothing.
create or replace temp table incoming as
with envelopes as (
    select
        *,
        json_transform(
            params,
            '{"leadtype": "VARCHAR", "id": "VARCHAR", "requestId": "VARCHAR",
              "sendingTimestamp": "VARCHAR", "callphase": "VARCHAR",
              "changedFields": "VARCHAR", "attribution": "VARCHAR"}'
        ) as envelope
    from decoded
    where delivery_id > (select coalesce(max(delivery_id), 0) from digest.deliveries)
),

read as (
    select
        * exclude (envelope),
        read_value(envelope.leadtype) as leadtype,
        read_value(envelope.id) as call_id,
        read_value(envelope.requestId) as request_id,
        read_value(envelope.sendingTimestamp) as sending_timestamp,
        read_value(envelope.callphase) as call_phase,
        read_value(envelope.changedFields) as changed_fields,
        read_value(envelope.attribution) as attribution
    from envelopes
),

typed as (
    select
        *,
        case
            when leadtype in ('call', 'request') then leadtype
            when leadtype is not null then null
            when request_id is not null then 'request'
            when call_id is not null then 'call'
        end as lead_type
    from read
),

identified as (
    select
        * replace (if(lead_id is null, null, lead_type) as lead_type),
        case
            when lead_id is not null or is_empty then null
            when lead_type is null and leadtype is not null
                then 'leadtype is neither call nor request'
            when written_id is null then 'no lead id'
            else 'lead id is not a whole number'
        end as no_lead
    from (
        select
            *,
            if(lead_type = 'request', request_id, call_id) as written_id,
            if(lead_type is null, null, whole_number(written_id)) as lead_id
        from typed
    )
)

select
    delivery_id,
    received_at,
    webhook,
    origin,
    method,
    source_ip,
    lead_type,
    lead_id,
    coalesce(instant(sending_timestamp), received_at) as sent_at,
    if(
        lead_id is null,
        null,
        case attribution when '1' then 1 when '0' then 0 else coalesce(webhook_model, 1) end
    )::smallint as attribution_model,
    call_phase,
    list_filter(
        list_transform(string_split(changed_fields, ','), lambda name: trim(name)),
        lambda name: name <> ''
    ) as changed_fields,
    case
        when lead_id is not null then null
        when is_empty then 'probe'
        else 'quarantined'
    end as outcome,
    list_filter(
        list_concat(
            problems,
            [
                no_lead,
                if(not fits('instant', sending_timestamp), 'not instant: sendingTimestamp', null),
                if(not fits('0 or 1', attribution), 'not 0 or 1: attribution', null)
            ]
        ),
        lambda problem: problem is not null
    ) as problems,
    params
from identified;
