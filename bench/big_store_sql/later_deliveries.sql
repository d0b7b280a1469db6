-- A part of the leads of the days before an instant is sent once more after it, as when tags are
-- set or a lead is closed weeks later.
insert into digest.deliveries by name
with chosen as (
    select lead_type, lead_id, row_number() over (order by lead_id) as number
    from leads
    where happened_at between $as_of - to_days($days) and $as_of - interval 1 hour
        and hash(lead_id) % 100 < $percent
),

reached as (
    select max(delivery_id) as last_id from digest.deliveries
)

select
    reached.last_id + chosen.number as delivery_id,
    $as_of + interval 1 hour + to_seconds(chosen.number) as received_at,
    'default' as webhook,
    'webhook' as origin,
    'POST' as method,
    chosen.lead_type,
    chosen.lead_id,
    $as_of + interval 1 hour + to_seconds(chosen.number) as sent_at,
    1 as attribution_model,
    ['tags_manual'] as changed_fields,
    'updated' as outcome,
    false as is_late,
    2 * epoch_us($as_of + interval 1 hour + to_seconds(chosen.number)) + 1 as sort_key,
    [] as problems,
    100 as size
from chosen
cross join reached;
