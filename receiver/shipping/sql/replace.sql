update shipping.hosts
set
    installation = %(installation)s,
    began_at = now(),
    heard_at = now(),
    waiting_bytes = 0,
    waiting_since = null
where host = %(host)s
