create view requests as
select
    lead_type,
    lead_id,
    site_id,
    site_name,
    happened_at,
    happened_local,
    day,
    caller_phone,
    email,
    fio,
    ct_caller_id,
    ct_client_id,
    ct_global_id,
    person,
    canonical_phone,
    canonical_email,
    request_number,
    subject,
    request_url,
    is_unique,
    is_target,
    is_unique_target,
    rating,
    manager,
    order_id,
    attribution_model,
    source,
    medium,
    utm_source,
    utm_medium,
    utm_campaign,
    utm_content,
    utm_term,
    session_id,
    hostname,
    url,
    ref,
    gcid,
    ya_client_id,
    attrs,
    city,
    browser,
    os,
    device,
    ip,
    user_agent,
    extra,
    first_received_at,
    last_received_at,
    last_sent_at,
    delivery_count
from leads
where lead_type = 'request';

comment on view requests is 'Заявки: строки leads с колонками заявок | Requests: the rows of leads with the columns of requests';
comment on column requests.lead_type is 'call — звонок, request — заявка (leadtype) | call or request (leadtype)';
comment on column requests.lead_id is 'ID звонка (id) или заявки (requestId); id звонков и заявок пересекаются | Id of the call (id) or request (requestId); the two ranges overlap';
comment on column requests.site_id is 'ID сайта в Calltouch (siteId); NULL, если не передан | Site id in Calltouch (siteId); NULL if never sent';
comment on column requests.site_name is 'Название сайта (siteName); NULL, если не передано | Name of the site (siteName); NULL if never sent';
comment on column requests.happened_at is 'Момент начала звонка или отправки заявки (timestamp, иначе calltime или requestDate в настроенном поясе); NULL, если ни один не передан | When the call began or the request was made (timestamp, else calltime or requestDate in the configured zone); NULL if none was sent';
comment on column requests.happened_local is 'То же местное время в настроенном поясе; NULL вместе с happened_at | The same in the configured time zone; NULL when happened_at is';
comment on column requests.day is 'День, к которому относится лид: happened_local, иначе first_received_at в настроенном поясе | The day that the lead counts for: of happened_local, else of first_received_at in the configured zone';
comment on column requests.caller_phone is 'Телефон клиента, как передан, обычно 7XXXXXXXXXX (callerphone); NULL, если не передан | Phone of the client as sent, mostly 7XXXXXXXXXX (callerphone); NULL if never sent';
comment on column requests.email is 'Почта клиента, как передана (email); NULL, если нет | E-mail of the client as sent (email); NULL if none';
comment on column requests.fio is 'Имя клиента из заявки (fio); NULL, если нет | Name of the client from the form (fio); NULL if none';
comment on column requests.ct_caller_id is 'ID клиента по номеру телефона, без персональных данных (ctCallerId); NULL у заявок | Client id derived from the phone, no personal data (ctCallerId); NULL for requests';
comment on column requests.ct_client_id is 'ID посетителя, cookie _ct (ctClientId), 19 цифр; NULL, если неизвестен | Visitor id, cookie _ct (ctClientId), 19 digits; NULL if unknown';
comment on column requests.ct_global_id is 'Сквозной ID посетителя, UUID (ctGlobalId); NULL, если не включён | Visitor id across sites, UUID (ctGlobalId); NULL unless enabled';
comment on column requests.person is 'Человек: 64 бита BLAKE2b канонического телефона, иначе почты, иначе ctCallerId; одинаков в звонках и заявках всех сайтов; NULL, если не известно ничего | The person: 64 bits of a BLAKE2b of the canonical phone, else e-mail, else ctCallerId; the same in calls and requests of all sites; NULL where none is known';
comment on column requests.canonical_phone is 'Телефон клиента в одном написании: только цифры, без добавочного, у 11 цифр с восьмёркой впереди она заменена на 7; NULL, если цифр меньше пяти | Phone of the client in one spelling: digits alone, without an extension, and of 11 digits a leading 8 is a 7; NULL for fewer than five digits';
comment on column requests.canonical_email is 'Почта клиента в одном написании: без пробелов по краям, строчными буквами; NULL, если нет или это не адрес | E-mail of the client in one spelling: trimmed, in lower case; NULL if none or no address';
comment on column requests.request_number is 'Внешний ID заявки (requestNumber); NULL у звонков | External id of the request (requestNumber); NULL for calls';
comment on column requests.subject is 'Название формы (subject); NULL у звонков | Name of the form (subject); NULL for calls';
comment on column requests.request_url is 'Страница заявки (requestUrl); NULL, если не передана | Page of the request (requestUrl); NULL if never sent';
comment on column requests.is_unique is 'Уникальный по правилам Calltouch (unique, uniquerequest); NULL, если не передан | First of this client by Calltouch''s rules (unique, uniquerequest); NULL if never sent';
comment on column requests.is_target is 'Целевой (targetcall, targetrequest); NULL до конца звонка | Target lead (targetcall, targetrequest); NULL until the call ends';
comment on column requests.is_unique_target is 'Уникально-целевой (uniqtargetcall, uniqtargetrequest); NULL до конца звонка | First target lead of the client (uniqtargetcall, uniqtargetrequest); NULL until the call ends';
comment on column requests.rating is 'Оценка 1–5, 0 — не поставлена (rating); NULL, если не передана | Rating 1 to 5, 0 is none (rating); NULL if never sent';
comment on column requests.manager is 'Менеджер (manager); NULL, если не назначен | Manager (manager); NULL if none';
comment on column requests.order_id is 'ID сделки (orderId); NULL, если не связана | Id of the linked deal (orderId); NULL if none';
comment on column requests.attribution_model is 'Модель атрибуции колонок трафика ниже: 1 — последний непрямой, если она есть у лида, иначе 0 — последнее взаимодействие | Attribution model of the traffic columns below: 1 (last non-direct) if the lead has it, else 0 (last interaction)';
comment on column requests.source is 'Источник трафика (source); NULL, если не указан | Traffic source (source); NULL if not given';
comment on column requests.medium is 'Канал трафика (medium); NULL, если не указан | Traffic medium (medium); NULL if not given';
comment on column requests.utm_source is 'Метка utm_source; пустая строка — метки были, этой не было; NULL — меток не было | utm_source; empty: there were utm tags, but not this one; NULL: there were none';
comment on column requests.utm_medium is 'Метка utm_medium; пустая строка — метки были, этой не было; NULL — меток не было | utm_medium; empty: there were utm tags, but not this one; NULL: there were none';
comment on column requests.utm_campaign is 'Метка utm_campaign; пустая строка — метки были, этой не было; NULL — меток не было | utm_campaign; empty: there were utm tags, but not this one; NULL: there were none';
comment on column requests.utm_content is 'Метка utm_content; пустая строка — метки были, этой не было; NULL — меток не было | utm_content; empty: there were utm tags, but not this one; NULL: there were none';
comment on column requests.utm_term is 'Метка utm_term; пустая строка — метки были, этой не было; NULL — меток не было | utm_term; empty: there were utm tags, but not this one; NULL: there were none';
comment on column requests.session_id is 'ID сессии Calltouch (sessionId); NULL, если сессии нет | Calltouch session (sessionId); NULL if none';
comment on column requests.hostname is 'Отслеживаемый домен (hostname); NULL, если не передан | Tracked domain (hostname); NULL if never sent';
comment on column requests.url is 'Страница входа (url); NULL, если неизвестна | Landing page (url); NULL if unknown';
comment on column requests.ref is 'Откуда пришёл посетитель (ref); NULL, если перехода не было | Referrer (ref); NULL if none';
comment on column requests.gcid is 'Google Client ID (gcid); NULL, если неизвестен | Google Client ID (gcid); NULL if unknown';
comment on column requests.ya_client_id is 'Yandex Client ID, 19 цифр (yaClientId); NULL, если неизвестен | Yandex Client ID, 19 digits (yaClientId); NULL if unknown';
comment on column requests.attrs is 'Сторонние параметры и cookie, как переданы (attrs) | Third-party parameters and cookies, as sent (attrs)';
comment on column requests.city is 'Город по IP, латиницей (city); NULL, если неизвестен | City by IP, lower-case Latin (city); NULL if unknown';
comment on column requests.browser is 'Браузер (browser); NULL, если неизвестен | Browser (browser); NULL if unknown';
comment on column requests.os is 'Операционная система (os); NULL, если неизвестна | Operating system (os); NULL if unknown';
comment on column requests.device is 'Тип устройства (device); NULL, если неизвестен | Kind of device (device); NULL if unknown';
comment on column requests.ip is 'IP-адрес клиента (ip); NULL, если неизвестен | IP address of the client (ip); NULL if unknown';
comment on column requests.user_agent is 'Строка User-Agent (userAgent); NULL, если не передана | User agent (userAgent); NULL if never sent';
comment on column requests.extra is 'Параметры, которых нет в документации Calltouch, объектом JSON; NULL, если таких нет | Parameters that Calltouch does not document, as a JSON object; NULL if none';
comment on column requests.first_received_at is 'Когда принята первая доставка лида | When the first delivery of the lead was received';
comment on column requests.last_received_at is 'Когда принята последняя доставка лида | When the last delivery of the lead was received';
comment on column requests.last_sent_at is 'Когда Calltouch отправил самую позднюю доставку (sendingTimestamp) | When Calltouch sent the latest delivery (sendingTimestamp)';
comment on column requests.delivery_count is 'Сколько доставок принято по лиду | Number of deliveries received for the lead';
