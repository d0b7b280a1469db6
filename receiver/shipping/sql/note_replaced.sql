insert into shipping.replaced (installation, host, heard_at, waiting_bytes, waiting_since)
select installation, host, heard_at, waiting_bytes, waiting_since
from shipping.hosts
where host = %(host)s
-- It was replaced under another name before.
on conflict (installation) do update set
    host = excluded.host,
    heard_at = excluded.heard_at,
    replaced_at = now(),
    waiting_bytes = excluded.waiting_bytes,
    waiting_since = excluded.waiting_since
