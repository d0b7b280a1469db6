-- When it was made, besides what the published file says.
alter table keyed.main.freshness
add column keyed_at timestamptz default {{ keyed_at | literal }};

alter table keyed.main.freshness
alter column keyed_at drop default;

comment on column keyed.main.freshness.keyed_at is 'Когда этот файл сделан из опубликованного (published_at) | When this file was made of the published one (published_at)';
