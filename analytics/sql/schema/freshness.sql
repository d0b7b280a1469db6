create table freshness (
    published_at timestamptz not null,
    last_delivery_id bigint,
    last_received_at timestamptz,
    app_version varchar not null,
    schema_version integer not null
);

comment on table freshness is 'Свежесть данных, одна строка | Data freshness, one row';
comment on column freshness.published_at is 'Когда опубликован этот файл | Publication time of this file';
comment on column freshness.last_delivery_id is 'Последняя учтённая доставка; NULL, если их нет | Last delivery included; NULL if none';
comment on column freshness.last_received_at is 'Когда она принята; NULL, если доставок нет | When it was received; NULL if none';
comment on column freshness.app_version is 'Версия программы | Program version';
comment on column freshness.schema_version is 'Версия схемы таблиц | Table schema version';
