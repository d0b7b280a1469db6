-- Leads that deliveries after the one of number $changed_after have changed, each once, in the order
-- of the newest of them. To go on from a row: its last_delivery_id.
--
-- Only deliveries received after $since, where it is given. A lead that changes again comes again,
-- behind all that have come before, so whoever goes on from the last row misses none. is_new: it was
-- not known before these deliveries. changed_fields: Calltouch's names of what they changed; a
-- delivery that came late may have changed older history of its lead as well (is_late).
with changed as (
    select
        lead_type,
        lead_id,
        max(delivery_id) as last_delivery_id,
        max(received_at) as last_received_at,
        count(*) as deliveries,
        bool_or(outcome = 'created') as is_new,
        bool_or(is_late) as is_late
    from digest.deliveries
    where delivery_id > $changed_after
        and ($since is null or received_at > $since)
        and outcome in ('created', 'updated')
        and lead_id is not null
    group by lead_type, lead_id
),

of_leads as (
    select
        changes.lead_type,
        changes.lead_id,
        list_sort(list(distinct changes.field)) as changed_fields
    from digest.lead_changes as changes
    inner join changed using (lead_type, lead_id)
    where changes.delivery_id > $changed_after
        and ($since is null or changes.delivery_id in (
            select delivery_id from digest.deliveries where received_at > $since
        ))
    group by changes.lead_type, changes.lead_id
)

select
    changed.lead_type,
    changed.lead_id,
    changed.last_delivery_id,
    changed.last_received_at,
    changed.deliveries,
    changed.is_new,
    changed.is_late,
    coalesce(of_leads.changed_fields, []) as changed_fields
from changed
left join of_leads using (lead_type, lead_id)
order by changed.last_delivery_id
limit {{ number_or_all("$limit") }};
