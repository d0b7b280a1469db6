create view lead_changes as
select
    lead_type,
    lead_id,
    changed_at,
    field,
    attribution_model,
    if(old_rest is null, old_value, old_value || array_to_string(old_rest, '')) as old_value,
    if(new_rest is null, new_value, new_value || array_to_string(new_rest, '')) as new_value,
    delivery_id,
    webhook,
    is_declared
from digest.lead_changes;

comment on view lead_changes is 'История: одна строка на каждое изменение поля лида | History: one row per change of a lead''s field';
comment on column lead_changes.lead_type is 'call — звонок, request — заявка | call or request';
comment on column lead_changes.lead_id is 'ID звонка или заявки | Call or request ID';
comment on column lead_changes.changed_at is 'Когда Calltouch отправил доставку с изменением (sent_at) | When Calltouch sent the delivery with the change (sent_at)';
comment on column lead_changes.field is 'Имя параметра Calltouch | Calltouch parameter name';
comment on column lead_changes.attribution_model is 'Модель атрибуции для полей трафика; NULL у остальных | Attribution model for traffic fields; NULL for others';
comment on column lead_changes.old_value is 'Прежнее значение, как его передал Calltouch, списки — JSON; NULL, если не было | Previous value as sent by Calltouch, lists as JSON; NULL if none';
comment on column lead_changes.new_value is 'Новое значение, как его передал Calltouch, списки — JSON; NULL, если очищено | New value as sent by Calltouch, lists as JSON; NULL if cleared';
comment on column lead_changes.delivery_id is 'Доставка с этим изменением (deliveries) | The delivery with the change (deliveries)';
comment on column lead_changes.webhook is 'Вебхук этой доставки (имя из URL) | Webhook of that delivery (name from its URL)';
comment on column lead_changes.is_declared is 'Указано ли поле в changedFields этой доставки | Whether changedFields of that delivery lists the field';
