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

comment on view deliveries is 'Доставки: одна строка на каждый принятый HTTP-запрос или запись API | Deliveries: one row per HTTP request received or API record';
comment on column deliveries.delivery_id is 'Номер по порядку приёма; один и тот же при каждой перестройке | Number in order of receipt; the same in every rebuild';
comment on column deliveries.received_at is 'Когда принята и записана на диск | When it was received and put on disk';
comment on column deliveries.webhook is 'Вебхук: имя из его URL, default, если имени нет | Webhook: the name in its URL, default if there is none';
comment on column deliveries.origin is 'webhook — прислал Calltouch, api — получена из API | webhook: sent by Calltouch, api: fetched from its API';
comment on column deliveries.method is 'Метод HTTP | HTTP method';
comment on column deliveries.source_ip is 'Адрес отправителя; NULL у записей API | Address of the sender; NULL for API records';
comment on column deliveries.lead_type is 'call — звонок, request — заявка; NULL у probe, other и quarantined | call or request; NULL for probe, other and quarantined';
comment on column deliveries.lead_id is 'ID звонка или заявки; NULL у probe, other и quarantined | Id of the call or request; NULL for probe, other and quarantined';
comment on column deliveries.sent_at is 'Когда отправлена (sendingTimestamp), иначе когда принята | When it was sent (sendingTimestamp), else when it was received';
comment on column deliveries.attribution_model is 'Модель атрибуции: attribution, иначе настройка вебхука, иначе 1; NULL у probe, other и quarantined | Attribution model: attribution, else the webhook''s setting, else 1; NULL for probe, other and quarantined';
comment on column deliveries.call_phase is 'Фаза звонка в этой доставке (callphase); NULL, если не передана | Phase of the call in this delivery (callphase); NULL if not sent';
comment on column deliveries.changed_fields is 'Изменённые поля по словам Calltouch (changedFields); NULL — первая отправка вебхука по лиду | Fields that changed, says Calltouch (changedFields); NULL: first sending of the webhook for the lead';
comment on column deliveries.kind is 'Вид вебхука: leads — лиды, deals — сделки, chats — чаты; по настройке kind или по параметрам, NULL, если не понять | Kind of webhook: leads, deals or chats; by the setting kind or by the parameters, NULL if it cannot be told';
comment on column deliveries.outcome is 'created — первая по лиду, updated — изменила лид, unchanged — ничего не изменила, probe — проверка из кабинета, other — сделка или чат, quarantined — лид не опознан (см. problems) | created: first of its lead, updated: changed it, unchanged: changed nothing, probe: the cabinet''s check, other: a deal or a chat, quarantined: no lead could be told (see problems)';
comment on column deliveries.is_late is 'Принята позже доставки, которой должна предшествовать | Received after a delivery of the same lead that it precedes';
comment on column deliveries.problems is 'Что в доставке было не так; пустой список, если ничего | What was wrong with it; an empty list if nothing was';
comment on column deliveries.params is 'Параметры после декодирования и обратного переименования, объект JSON | Parameters, decoded and under Calltouch''s own names, a JSON object';
