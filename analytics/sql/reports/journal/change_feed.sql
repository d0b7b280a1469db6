-- Deliveries that changed a lead, in the order of their numbers: a feed. To go on from its last row,
-- give that delivery_id as $changed_after; nothing is missed then, and nothing comes twice.
--
-- Only deliveries received after $since, where it is given. outcome: created, or updated. fields:
-- Calltouch's names of what changed; none where the lead is new, or only a second model was told. A
-- delivery that came late (is_late) may have changed what is known of its lead's past as well. What
-- the lead is like now is in leads.
with told as (
    select
        delivery_id,
        received_at,
        sent_at,
        webhook,
        origin,
        lead_type,
        lead_id,
        attribution_model,
        outcome,
        is_late
    from digest.deliveries
    where delivery_id > $changed_after
        and ($since is null or received_at > $since)
        and outcome in ('created', 'updated')
        and lead_id is not null
    order by delivery_id
    limit {{ number_or_all("$limit") }}
),

changed as (
    select
        delivery_id,
        list_sort(list(distinct field)) as changed_fields
    from digest.lead_changes
    where delivery_id > $changed_after
        and delivery_id in (select delivery_id from told)
    group by delivery_id
)

select
    told.*,
    coalesce(changed.changed_fields, []) as changed_fields
from told
left join changed using (delivery_id)
order by told.delivery_id;
