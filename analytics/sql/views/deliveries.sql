create view deliveries as
select
    delivery_id,
    received_at,
    webhook,
    origin,
    method,
    source_ip,
    lead_type,
    lead_id,
    sent_at,
    attribution_model,
    call_phase,
    changed_fields,
    kind,
    outcome,
    is_late,
    problems,
    -- Merging is what drops the parameters that were not sent.
    json_merge_patch(
        json_merge_patch('{}', to_json(sent)),
        coalesce(array_to_string(other, ''), '{}')::json
    ) as params
from digest.deliveries;

comment on view deliveries is 'Доставки: одна строка на каждый принятый HTTP-запрос или запись API | Deliveries: one row per received HTTP request or API record';
comment on column deliveries.delivery_id is 'Номер по порядку приёма; не меняется при пересборке | Number in order of receipt; unchanged by rebuilds';
comment on column deliveries.received_at is 'Когда принята и записана на диск | When it was received and saved to disk';
comment on column deliveries.webhook is 'Вебхук (имя из URL; default, если имени нет) | Webhook (name from its URL; default if none)';
comment on column deliveries.origin is 'webhook — прислал Calltouch, api — получена из API | webhook: sent by Calltouch, api: fetched from its API';
comment on column deliveries.method is 'Метод HTTP | HTTP method';
comment on column deliveries.source_ip is 'Адрес отправителя; NULL у записей API | Sender address; NULL for API records';
comment on column deliveries.lead_type is 'call — звонок, request — заявка; NULL у probe, other и quarantined | call or request; NULL for probe, other and quarantined';
comment on column deliveries.lead_id is 'ID звонка или заявки; NULL у probe, other и quarantined | Call or request ID; NULL for probe, other and quarantined';
comment on column deliveries.sent_at is 'Когда отправлена (sendingTimestamp), иначе когда принята | When it was sent (sendingTimestamp), else when it was received';
comment on column deliveries.attribution_model is 'Модель атрибуции: attribution, иначе настройка вебхука, иначе 1; NULL у probe, other и quarantined | Attribution model: attribution, else the webhook''s setting, else 1; NULL for probe, other and quarantined';
comment on column deliveries.call_phase is 'Фаза звонка в этой доставке (callphase); NULL, если не передана | Call phase in this delivery (callphase); NULL if not sent';
comment on column deliveries.changed_fields is 'Изменённые поля по данным Calltouch (changedFields); NULL — первая отправка вебхука по лиду | Changed fields according to Calltouch (changedFields); NULL: the webhook''s first sending for the lead';
comment on column deliveries.kind is 'Вид вебхука: leads — лиды, deals — сделки, chats — чаты; по настройке kind или по параметрам, NULL, если не понять | Webhook kind: leads, deals or chats; from the setting kind or the parameters, NULL if unclear';
comment on column deliveries.outcome is 'created — первая по лиду, updated — изменила лид, unchanged — ничего не изменила, probe — проверка из кабинета, other — сделка или чат, quarantined — лид не определён (см. problems) | created: first of its lead, updated: changed the lead, unchanged: changed nothing, probe: test request from the account, other: a deal or chat, quarantined: lead not identified (see problems)';
comment on column deliveries.is_late is 'Принята позже доставки того же лида, отправленной после неё | Received after a delivery of the same lead that was sent later';
comment on column deliveries.problems is 'Проблемы доставки; пустой список, если их нет | Problems with the delivery; empty if none';
comment on column deliveries.params is 'Параметры после декодирования и обратного переименования, объект JSON | Decoded parameters under Calltouch''s own names, a JSON object';
