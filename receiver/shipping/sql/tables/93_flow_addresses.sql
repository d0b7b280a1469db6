-- One row: what every host has to know of flows. It holds their keys.
create table if not exists shipping.flow_addresses (
    version bigint not null,
    content text not null,
    put_at timestamptz not null default clock_timestamp(),
    is_only boolean primary key default true check (is_only)
)
