-- In a store whose ids are others, the time decides.
select coalesce(max(delivery_id), 0) from deliveries where received_at <= $received_at::timestamptz
