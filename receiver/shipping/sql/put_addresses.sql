-- Versions grow also where PostgreSQL was put back: hosts know later ones by then.
insert into shipping.flow_addresses as known (version, content)
values ((extract(epoch from clock_timestamp()) * 1000000)::bigint, %(content)s)
on conflict (is_only) do update set
    version = greatest(known.version + 1, excluded.version),
    content = excluded.content,
    put_at = clock_timestamp()
