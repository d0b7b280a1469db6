-- The last delivery, and the receipt time of the one at the cursor.
select
    (select coalesce(max(delivery_id), 0) from deliveries),
    (select max(received_at)::varchar from deliveries),
    (select received_at::varchar from deliveries where delivery_id = $at)
