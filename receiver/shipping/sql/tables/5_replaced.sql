-- Inboxes that another one under the same name has replaced.
create table if not exists shipping.replaced (
    installation uuid primary key,
    host text not null,
    heard_at timestamptz not null,
    replaced_at timestamptz not null default now(),
    waiting_bytes bigint not null,
    waiting_since timestamptz
)
