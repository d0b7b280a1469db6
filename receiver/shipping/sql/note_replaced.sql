insert into shipping.replaced (installation, host, heard_at, waiting_bytes, waiting_since)
select installation, host, heard_at, waiting_bytes, waiting_since
from shipping.hosts
where host = %(host)s
