select coalesce(max(delivery_id), 0) from digest.deliveries;
