-- Of the last day, what had begun by then.
(day < $to or coalesce(happened_local, timezone($timezone, first_received_at)) <= $end)
