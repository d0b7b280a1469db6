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

comment on view lead_changes is 'История: одна строка на каждое изменение поля лида | History: one row per change of one field of one lead';
comment on column lead_changes.lead_type is 'call — звонок, request — заявка | call or request';
comment on column lead_changes.lead_id is 'ID звонка или заявки | Id of the call or request';
comment on column lead_changes.changed_at is 'Когда Calltouch отправил доставку с изменением (sent_at) | When Calltouch sent the delivery that brought the change (sent_at)';
comment on column lead_changes.field is 'Имя параметра Calltouch | Calltouch''s name of the parameter';
comment on column lead_changes.attribution_model is 'Модель атрибуции для полей трафика; NULL у остальных | Attribution model of a traffic field; NULL for the others';
comment on column lead_changes.old_value is 'Прежнее значение, как его передал Calltouch, списки — JSON; NULL, если не было | Value before, in Calltouch''s wording, lists as JSON; NULL if there was none';
comment on column lead_changes.new_value is 'Новое значение, как его передал Calltouch, списки — JSON; NULL, если очищено | Value after, in Calltouch''s wording, lists as JSON; NULL if cleared';
comment on column lead_changes.delivery_id is 'Доставка, которая принесла изменение (deliveries) | The delivery that brought it (deliveries)';
comment on column lead_changes.webhook is 'Вебхук этой доставки: имя из его URL | Webhook of that delivery: the name in its URL';
comment on column lead_changes.is_declared is 'Названо ли поле в changedFields этой доставки | Whether that delivery''s changedFields names the field';
