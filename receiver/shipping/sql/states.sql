select
    host,
    shipped,
    taken,
    missing,
    waiting_bytes,
    extract(epoch from waiting_since)::float8 as waiting_since,
    extract(epoch from heard_at)::float8 as heard_at,
    extract(epoch from began_at)::float8 as began_at,
    extract(epoch from now())::float8 as now_at,
    (
        select extract(epoch from parcels.shipped_at)::float8
        from shipping.parcels
        where parcels.host = hosts.host and parcels.taken_at is null
        and parcels.number > hosts.taken
        order by parcels.number
        limit 1
    ) as oldest_at,
    (
        select extract(epoch from max(replaced.replaced_at))::float8
        from shipping.replaced
        where replaced.host = hosts.host
    ) as replaced_at,
    (
        select replaced.waiting_bytes
        from shipping.replaced
        where replaced.host = hosts.host
        order by replaced.replaced_at desc
        limit 1
    ) as replaced_bytes,
    (
        select extract(epoch from now() - flow_addresses.put_at)::float8
        from shipping.flow_addresses
        where flow_addresses.version is distinct from hosts.addresses
    ) as addresses_behind
from shipping.hosts
where not is_forgotten
order by host
