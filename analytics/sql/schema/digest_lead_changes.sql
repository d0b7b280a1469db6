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

comment on table digest.lead_changes is 'Служебная: то, что показывает lead_changes, длинные значения по частям | Internal: what lead_changes shows, long values in pieces';
comment on column digest.lead_changes.lead_type is 'call — звонок, request — заявка | call or request';
comment on column digest.lead_changes.lead_id is 'ID звонка или заявки | Id of the call or request';
comment on column digest.lead_changes.changed_at is 'Когда Calltouch отправил доставку с изменением (sent_at) | When Calltouch sent the delivery that brought the change (sent_at)';
comment on column digest.lead_changes.field is 'Имя параметра Calltouch | Calltouch''s name of the parameter';
comment on column digest.lead_changes.attribution_model is 'Модель атрибуции для полей трафика; NULL у остальных | Attribution model of a traffic field; NULL for the others';
comment on column digest.lead_changes.old_value is 'Прежнее значение, как его передал Calltouch, списки — JSON; NULL, если не было | Value before, in Calltouch''s wording, lists as JSON; NULL if there was none';
comment on column digest.lead_changes.old_rest is 'Продолжение old_value после 1000 знаков, по частям; NULL, если его нет | What follows 1,000 characters of old_value, in pieces; NULL if nothing does';
comment on column digest.lead_changes.new_value is 'Новое значение, как его передал Calltouch, списки — JSON; NULL, если очищено | Value after, in Calltouch''s wording, lists as JSON; NULL if cleared';
comment on column digest.lead_changes.new_rest is 'Продолжение new_value после 1000 знаков, по частям; NULL, если его нет | What follows 1,000 characters of new_value, in pieces; NULL if nothing does';
comment on column digest.lead_changes.delivery_id is 'Доставка, которая принесла изменение (deliveries) | The delivery that brought it (deliveries)';
comment on column digest.lead_changes.webhook is 'Вебхук этой доставки: имя из его URL | Webhook of that delivery: the name in its URL';
comment on column digest.lead_changes.is_declared is 'Названо ли поле в changedFields этой доставки | Whether that delivery''s changedFields names the field';
