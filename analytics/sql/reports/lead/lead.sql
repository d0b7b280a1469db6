-- What happened to one lead, $lead_type and $lead_id, in the order of the fold: as Calltouch sent it,
-- the first start of a call before everything.
--
-- kind: 'delivery', or 'change' for one field that it changed; a delivery comes before its changes.
-- at: when Calltouch sent it (sent_at). received_at to problems: of the delivery, NULL in a change.
-- field to is_declared: of the change, NULL in a delivery; attribution_model is the delivery's, and
-- in a change it is NULL unless the field is one of traffic. field is Calltouch's name of the
-- parameter, old_value and new_value are in its wording and as personal as the field is; links to
-- recordings in them, which are all links to Calltouch, are blotted out.
with secrets (is_whole, pattern) as (
    values
        (true, '(?s).+'),
        (
            false,
            {{ link }}
        )
),

sent as (
    select
        sent_at,
        sort_key,
        'delivery' as kind,
        delivery_id,
        received_at,
        webhook,
        origin,
        method,
        outcome,
        is_late,
        call_phase,
        attribution_model,
        changed_fields,
        problems,
        lead_type = 'call' and call_phase = 'callconnected' and sort_key >= 0 as is_further_start
    from digest.deliveries
    where lead_type = $lead_type and lead_id = $lead_id
),

changed as (
    select
        sent.sent_at,
        sent.sort_key,
        'change' as kind,
        delivery_id,
        changes.webhook,
        changes.attribution_model,
        changes.field,
        regexp_replace(changes.old_value, secrets.pattern, '…', 'g') as old_value,
        regexp_replace(changes.new_value, secrets.pattern, '…', 'g') as new_value,
        changes.is_declared
    from lead_changes as changes
    inner join sent using (delivery_id)
    inner join secrets on (lower(changes.field) = 'reclink') = secrets.is_whole
    where changes.lead_type = $lead_type and changes.lead_id = $lead_id
),

told as (
    from sent
    union all by name
    from changed
)

select
    sent_at as at,
    * exclude (sent_at, sort_key)
from told
order by
    sort_key,
    delivery_id,
    kind desc,
    field,
    attribution_model nulls first;
