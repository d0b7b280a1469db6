-- Of each lead in never_ended, the last of its deliveries in the order of the fold.
last_deliveries as (
    select
        lead_type,
        lead_id,
        arg_max(
            {'webhook': webhook, 'delivery_id': delivery_id, 'received_at': received_at},
            (sort_key, delivery_id)
        ) as last
    from digest.deliveries
    semi join never_ended using (lead_type, lead_id)
    group by lead_type, lead_id
)
