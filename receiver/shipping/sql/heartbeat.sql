update shipping.hosts
set
    heard_at = clock_timestamp(),
    is_forgotten = false,
    waiting_bytes = %(waiting_bytes)s,
    waiting_since = to_timestamp(%(waiting_since)s),
    addresses = %(addresses)s
where host = %(host)s and installation = %(installation)s
