create schema if not exists calltouch;

create table if not exists calltouch.lakes (
    number integer primary key,
    state text not null,
    changed_at timestamptz not null default now()
);

-- Where its files are.
alter table calltouch.lakes add column if not exists data text;
