-- What `lead_changes` shows. The format that older DuckDBs can read compresses no text of more than
-- 4,096 bytes, nor any other in its block: what is longer than 1,000 characters goes on in pieces.
create table digest.lead_changes (
    lead_type varchar not null,
    lead_id bigint not null,
    changed_at timestamptz not null,
    field varchar not null,
    attribution_model smallint,
    old_value varchar,
    old_rest varchar[],
    new_value varchar,
    new_rest varchar[],
    delivery_id bigint not null,
    webhook varchar not null,
    is_declared boolean not null
);

comment on table digest.lead_changes is 'Служебная: источник lead_changes, длинные значения по частям | Internal: source of lead_changes, long values split';
comment on column digest.lead_changes.lead_type is 'call — звонок, request — заявка | call or request';
comment on column digest.lead_changes.lead_id is 'ID звонка или заявки | Call or request ID';
comment on column digest.lead_changes.changed_at is 'Когда Calltouch отправил доставку с изменением (sent_at) | When Calltouch sent the delivery with the change (sent_at)';
comment on column digest.lead_changes.field is 'Имя параметра Calltouch | Calltouch parameter name';
comment on column digest.lead_changes.attribution_model is 'Модель атрибуции для полей трафика; NULL у остальных | Attribution model for traffic fields; NULL for others';
comment on column digest.lead_changes.old_value is 'Прежнее значение, как его передал Calltouch, списки — JSON; NULL, если не было | Previous value as sent by Calltouch, lists as JSON; NULL if none';
comment on column digest.lead_changes.old_rest is 'Продолжение old_value после 1000 знаков, по частям; NULL, если его нет | Rest of old_value after 1,000 characters, split; NULL if none';
comment on column digest.lead_changes.new_value is 'Новое значение, как его передал Calltouch, списки — JSON; NULL, если очищено | New value as sent by Calltouch, lists as JSON; NULL if cleared';
comment on column digest.lead_changes.new_rest is 'Продолжение new_value после 1000 знаков, по частям; NULL, если его нет | Rest of new_value after 1,000 characters, split; NULL if none';
comment on column digest.lead_changes.delivery_id is 'Доставка с этим изменением (deliveries) | The delivery with the change (deliveries)';
comment on column digest.lead_changes.webhook is 'Вебхук этой доставки (имя из URL) | Webhook of that delivery (name from its URL)';
comment on column digest.lead_changes.is_declared is 'Указано ли поле в changedFields этой доставки | Whether changedFields of that delivery lists the field';
