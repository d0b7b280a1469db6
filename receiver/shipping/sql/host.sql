select
    installation::text,
    extract(epoch from clock_timestamp() - heard_at)::float8,
    shipped
from shipping.hosts
where host = %(host)s
for update
