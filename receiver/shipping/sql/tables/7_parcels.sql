-- Bytes first to last of a segment. place: in the one order in which parcels are taken; given
-- before they are. is_erased: something of it is of somebody who was erased.
create table if not exists shipping.parcels (
    host text not null references shipping.hosts,
    number bigint not null,
    segment text not null,
    first bigint not null,
    last bigint not null check (last > first),
    shipped_at timestamptz not null default clock_timestamp(),
    content bytea not null,
    place bigint unique,
    taken_at timestamptz,
    is_erased boolean not null default false,
    primary key (host, number)
)
