create table reconciliation_differences (
    day date not null,
    site_id bigint not null,
    lead_type varchar not null,
    lead_id bigint not null,
    difference varchar not null,
    field varchar,
    attribution_model smallint,
    received_value varchar,
    api_value varchar,
    remedy varchar
);

comment on table reconciliation_differences is 'Расхождения с API Calltouch на момент последней сверки дня | Differences from the Calltouch API when the day was last reconciled';
comment on column reconciliation_differences.day is 'День в часовом поясе аккаунта | Day in the account''s time zone';
comment on column reconciliation_differences.site_id is 'ID сайта в Calltouch | Calltouch site ID';
comment on column reconciliation_differences.lead_type is 'call — звонок, request — заявка | call or request';
comment on column reconciliation_differences.lead_id is 'ID звонка или заявки | Call or request ID';
comment on column reconciliation_differences.difference is 'lost — лида нет в хранилище, field — поле отличается | lost: the lead is not in the store, field: a field differs';
comment on column reconciliation_differences.field is 'Параметр Calltouch; NULL у lost | Calltouch parameter; NULL for lost';
comment on column reconciliation_differences.attribution_model is 'Модель атрибуции поля трафика, иначе NULL | Attribution model of a traffic field, else NULL';
comment on column reconciliation_differences.received_value is 'Значение в хранилище | Value in the store';
comment on column reconciliation_differences.api_value is 'Значение в API | Value in the API';
comment on column reconciliation_differences.remedy is 'Для lost: resend or api — Calltouch ещё может прислать повторно (31 день), api — только resync | For lost: resend or api: Calltouch can still resend it (31 days), api: resync only';
