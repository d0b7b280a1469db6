-- One row: which set of tables this is. A journal of another one says nothing about it.
create table if not exists shipping.ledger (
    id uuid not null default gen_random_uuid(),
    made_at timestamptz not null default now(),
    is_only boolean primary key default true check (is_only)
)
