-- What `deliveries` shows, stored by column: as JSON it would take five times the space, because
-- the format that older DuckDBs can read compresses no long text. What has no column is one JSON
-- object in pieces of 1,000 characters, for the same reason.
create table digest.deliveries (
    delivery_id bigint not null,
    received_at timestamptz not null,
    webhook varchar not null,
    origin varchar not null,
    method varchar not null,
    source_ip varchar,
    lead_type varchar,
    lead_id bigint,
    sent_at timestamptz not null,
    attribution_model smallint,
    call_phase varchar,
    changed_fields varchar[],
    kind varchar,
    outcome varchar not null,
    is_late boolean not null,
    sort_key bigint,
    problems varchar[] not null,
    sent struct (
{% for name in parameters %}
        "{{ name }}" varchar{{ "," if not loop.last else "" }}
{% endfor %}
    ),
    other varchar[],
    size integer not null
);

comment on table digest.deliveries is 'Служебная: источник deliveries, параметры по колонкам | Internal: source of deliveries, with parameters stored by column';
comment on column digest.deliveries.delivery_id is 'Номер по порядку приёма; не меняется при пересборке | Number in order of receipt; unchanged by rebuilds';
comment on column digest.deliveries.received_at is 'Когда принята и записана на диск | When it was received and saved to disk';
comment on column digest.deliveries.webhook is 'Вебхук (имя из URL; default, если имени нет) | Webhook (name from its URL; default if none)';
comment on column digest.deliveries.origin is 'webhook — прислал Calltouch, api — получена из API | webhook: sent by Calltouch, api: fetched from its API';
comment on column digest.deliveries.method is 'Метод HTTP | HTTP method';
comment on column digest.deliveries.source_ip is 'Адрес отправителя; NULL у записей API | Sender address; NULL for API records';
comment on column digest.deliveries.lead_type is 'call — звонок, request — заявка; NULL у probe, other и quarantined | call or request; NULL for probe, other and quarantined';
comment on column digest.deliveries.lead_id is 'ID звонка или заявки; NULL у probe, other и quarantined | Call or request ID; NULL for probe, other and quarantined';
comment on column digest.deliveries.sent_at is 'Когда отправлена (sendingTimestamp), иначе когда принята | When it was sent (sendingTimestamp), else when it was received';
comment on column digest.deliveries.attribution_model is 'Модель атрибуции: attribution, иначе настройка вебхука, иначе 1; NULL у probe, other и quarantined | Attribution model: attribution, else the webhook''s setting, else 1; NULL for probe, other and quarantined';
comment on column digest.deliveries.call_phase is 'Фаза звонка в этой доставке (callphase); NULL, если не передана | Call phase in this delivery (callphase); NULL if not sent';
comment on column digest.deliveries.changed_fields is 'Изменённые поля по данным Calltouch (changedFields); NULL — первая отправка вебхука по лиду | Changed fields according to Calltouch (changedFields); NULL: the webhook''s first sending for the lead';
comment on column digest.deliveries.kind is 'Вид вебхука: leads — лиды, deals — сделки, chats — чаты; по настройке kind или по параметрам, NULL, если не понять | Webhook kind: leads, deals or chats; from the setting kind or the parameters, NULL if unclear';
comment on column digest.deliveries.outcome is 'created — первая по лиду, updated — изменила лид, unchanged — ничего не изменила, probe — проверка из кабинета, other — сделка или чат, quarantined — лид не определён (см. problems) | created: first of its lead, updated: changed the lead, unchanged: changed nothing, probe: test request from the account, other: a deal or chat, quarantined: lead not identified (see problems)';
comment on column digest.deliveries.is_late is 'Принята позже доставки того же лида, отправленной после неё | Received after a delivery of the same lead that was sent later';
comment on column digest.deliveries.sort_key is 'Место среди доставок лида: их порядок — sort_key, затем delivery_id; первое начало звонка — раньше всего; NULL у probe и quarantined | Place among the deliveries of its lead, whose order is sort_key, then delivery_id; the first start of a call is before everything; NULL for probe and quarantined';
comment on column digest.deliveries.problems is 'Проблемы доставки; пустой список, если их нет | Problems with the delivery; empty if none';
comment on column digest.deliveries.sent is 'Известные параметры, как переданы; NULL — не передан | Documented parameters as sent; NULL if not sent';
comment on column digest.deliveries.other is 'Остальные параметры и списки: объект JSON, по частям; NULL, если таких нет | Other parameters and lists: a JSON object, split; NULL if none';
comment on column digest.deliveries.size is 'Размер параметров, байты | Size of the parameters, bytes';
