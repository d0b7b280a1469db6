-- shipped, taken: the number of the last parcel. missing: so many were no longer kept when they
-- were to be taken again. waiting_*: what the host had not handed over when it was last heard of.
create table if not exists shipping.hosts (
    host text primary key,
    installation uuid not null,
    began_at timestamptz not null default now(),
    heard_at timestamptz not null default now(),
    shipped bigint not null default 0,
    taken bigint not null default 0,
    missing bigint not null default 0,
    waiting_bytes bigint not null default 0,
    waiting_since timestamptz,
    is_forgotten boolean not null default false
)
