create table leads (
    lead_type varchar not null,
    lead_id bigint not null,
    site_id bigint,
    site_name varchar,
    happened_at timestamptz,
    happened_local timestamp,
    day date not null,
    caller_phone varchar,
    email varchar,
    fio varchar,
    ct_caller_id varchar,
    ct_client_id varchar,
    ct_global_id varchar,
    person bigint,
    canonical_phone varchar,
    canonical_email varchar,
    call_phase varchar,
    is_ended boolean,
    phone_number varchar,
    sub_pool_name varchar,
    redirect_number varchar,
    duration integer,
    waiting_time integer,
    status varchar,
    status_details varchar,
    is_callback boolean,
    is_worktime boolean,
    pool varchar,
    is_spam boolean,
    sip_call_id varchar,
    call_reference_number varchar,
    reclink varchar,
    call_url varchar,
    callback_request_id varchar,
    callback_final_attempt varchar,
    request_number varchar,
    subject varchar,
    request_url varchar,
    is_unique boolean,
    is_target boolean,
    is_unique_target boolean,
    rating smallint,
    manager varchar,
    order_id varchar,
    attribution_model smallint not null,
    source varchar,
    medium varchar,
    utm_source varchar,
    utm_medium varchar,
    utm_campaign varchar,
    utm_content varchar,
    utm_term varchar,
    session_id bigint,
    hostname varchar,
    url varchar,
    ref varchar,
    gcid varchar,
    ya_client_id varchar,
    attrs varchar,
    city varchar,
    browser varchar,
    os varchar,
    device varchar,
    ip varchar,
    user_agent varchar,
    extra json,
    first_received_at timestamptz not null,
    last_received_at timestamptz not null,
    last_sent_at timestamptz not null,
    delivery_count integer not null
);

comment on table leads is 'Лиды: одна строка на звонок или заявку, последнее известное состояние; ключ (lead_type, lead_id) | Leads: one row per call or request, its latest known state; key (lead_type, lead_id)';
comment on column leads.lead_type is 'call — звонок, request — заявка (leadtype) | call or request (leadtype)';
comment on column leads.lead_id is 'ID звонка (id) или заявки (requestId); id звонков и заявок пересекаются | Id of the call (id) or request (requestId); the two ranges overlap';
comment on column leads.site_id is 'ID сайта в Calltouch (siteId); NULL, если не передан | Site id in Calltouch (siteId); NULL if never sent';
comment on column leads.site_name is 'Название сайта (siteName); NULL, если не передано | Name of the site (siteName); NULL if never sent';
comment on column leads.happened_at is 'Момент начала звонка или отправки заявки (timestamp, иначе calltime или requestDate в настроенном поясе); NULL, если ни один не передан | When the call began or the request was made (timestamp, else calltime or requestDate in the configured zone); NULL if none was sent';
comment on column leads.happened_local is 'То же местное время в настроенном поясе; NULL вместе с happened_at | The same in the configured time zone; NULL when happened_at is';
comment on column leads.day is 'День, к которому относится лид: happened_local, иначе first_received_at в настроенном поясе | The day that the lead counts for: of happened_local, else of first_received_at in the configured zone';
comment on column leads.caller_phone is 'Телефон клиента, как передан, обычно 7XXXXXXXXXX (callerphone); NULL, если не передан | Phone of the client as sent, mostly 7XXXXXXXXXX (callerphone); NULL if never sent';
comment on column leads.email is 'Почта клиента, как передана (email); NULL, если нет | E-mail of the client as sent (email); NULL if none';
comment on column leads.fio is 'Имя клиента из заявки (fio); NULL, если нет | Name of the client from the form (fio); NULL if none';
comment on column leads.ct_caller_id is 'ID клиента по номеру телефона, без персональных данных (ctCallerId); NULL у заявок | Client id derived from the phone, no personal data (ctCallerId); NULL for requests';
comment on column leads.ct_client_id is 'ID посетителя, cookie _ct (ctClientId), 19 цифр; NULL, если неизвестен | Visitor id, cookie _ct (ctClientId), 19 digits; NULL if unknown';
comment on column leads.ct_global_id is 'Сквозной ID посетителя, UUID (ctGlobalId); NULL, если не включён | Visitor id across sites, UUID (ctGlobalId); NULL unless enabled';
comment on column leads.person is 'Человек: 64 бита BLAKE2b канонического телефона, иначе почты, иначе ctCallerId; одинаков в звонках и заявках всех сайтов; NULL, если не известно ничего | The person: 64 bits of a BLAKE2b of the canonical phone, else e-mail, else ctCallerId; the same in calls and requests of all sites; NULL where none is known';
comment on column leads.canonical_phone is 'Телефон клиента в одном написании: только цифры, без добавочного, у 11 цифр с восьмёркой впереди она заменена на 7; NULL, если цифр меньше пяти | Phone of the client in one spelling: digits alone, without an extension, and of 11 digits a leading 8 is a 7; NULL for fewer than five digits';
comment on column leads.canonical_email is 'Почта клиента в одном написании: без пробелов по краям, строчными буквами; NULL, если нет или это не адрес | E-mail of the client in one spelling: trimmed, in lower case; NULL if none or no address';
comment on column leads.call_phase is 'Фаза звонка: callconnected — начат, calldisconnected — завершён (callphase); NULL у заявок | Phase: callconnected (begun) or calldisconnected (ended) (callphase); NULL for requests';
comment on column leads.is_ended is 'Звонок завершён: call_phase = calldisconnected, а где фаза не передаётся — известен status; NULL у заявок | The call has ended: call_phase = calldisconnected, or where no phase is sent, status is known; NULL for requests';
comment on column leads.phone_number is 'Отслеживаемый номер (phonenumber); NULL у заявок | Tracked number that was called (phonenumber); NULL for requests';
comment on column leads.sub_pool_name is 'Подпул отслеживаемого номера (subPoolName); NULL, если не передан | Sub-pool of the tracked number (subPoolName); NULL if never sent';
comment on column leads.redirect_number is 'Номер переадресации (redirectNumber); NULL, пока неизвестен (undefined) | Number the call was forwarded to (redirectNumber); NULL while unknown (undefined)';
comment on column leads.duration is 'Длительность разговора, секунды (duration); NULL до конца звонка и у заявок | Talk time, seconds (duration); NULL until the call ends and for requests';
comment on column leads.waiting_time is 'Ожидание ответа, секунды (waiting_time); NULL до конца звонка и у заявок | Ringing before the answer, seconds (waiting_time); NULL until the call ends and for requests';
comment on column leads.status is 'successful — удачный, unsuccessful — неудачный звонок (status); NULL до конца звонка | successful or unsuccessful (status); NULL until the call ends';
comment on column leads.status_details is 'Причина завершения текстом (statusDetails); NULL, если не передана | Why the call ended, free text (statusDetails); NULL if never sent';
comment on column leads.is_callback is 'Обратный звонок (callback = callback); NULL, если не передан | Callback call (callback = callback); NULL if never sent';
comment on column leads.is_worktime is 'Звонок в рабочее время (worktime = worktime); NULL, если не передан | Call within working hours (worktime = worktime); NULL if never sent';
comment on column leads.pool is 'Пул номера: dynamic, staticOffline, staticOnline (pool); NULL у обратных звонков | Pool of the number: dynamic, staticOffline, staticOnline (pool); NULL for callback calls';
comment on column leads.is_spam is 'Отметка «Спам» (spam); NULL, если не передана | Marked as spam (spam); NULL if never sent';
comment on column leads.sip_call_id is 'ID сеанса SIP (sip_call_id); NULL до конца звонка | SIP session id (sip_call_id); NULL until the call ends';
comment on column leads.call_reference_number is 'Технический ID звонка в Calltouch (callReferenceNumber); NULL, если не передан | Technical call id in Calltouch (callReferenceNumber); NULL if never sent';
comment on column leads.reclink is 'Ссылка на запись: секрет, открывает запись любому (reclink); NULL, если записи нет | Link to the recording: a secret, opens it to anyone (reclink); NULL if none';
comment on column leads.call_url is 'Страница звонка (callUrl); NULL, если опция выключена | Page the call was made from (callUrl); NULL unless the option is on';
comment on column leads.callback_request_id is 'ID заявки на обратный звонок (callback_request_id); NULL, если звонок не обратный | Id of the callback request (callback_request_id); NULL unless a callback';
comment on column leads.callback_final_attempt is 'Флаг последнего звонка цепочки дозвонов (callback_final_attempt), как передан; NULL, если не передан | Flag on the call that ends a redial chain (callback_final_attempt), as sent; NULL if never sent';
comment on column leads.request_number is 'Внешний ID заявки (requestNumber); NULL у звонков | External id of the request (requestNumber); NULL for calls';
comment on column leads.subject is 'Название формы (subject); NULL у звонков | Name of the form (subject); NULL for calls';
comment on column leads.request_url is 'Страница заявки (requestUrl); NULL, если не передана | Page of the request (requestUrl); NULL if never sent';
comment on column leads.is_unique is 'Уникальный по правилам Calltouch (unique, uniquerequest); NULL, если не передан | First of this client by Calltouch''s rules (unique, uniquerequest); NULL if never sent';
comment on column leads.is_target is 'Целевой (targetcall, targetrequest); NULL до конца звонка | Target lead (targetcall, targetrequest); NULL until the call ends';
comment on column leads.is_unique_target is 'Уникально-целевой (uniqtargetcall, uniqtargetrequest); NULL до конца звонка | First target lead of the client (uniqtargetcall, uniqtargetrequest); NULL until the call ends';
comment on column leads.rating is 'Оценка 1–5, 0 — не поставлена (rating); NULL, если не передана | Rating 1 to 5, 0 is none (rating); NULL if never sent';
comment on column leads.manager is 'Менеджер (manager); NULL, если не назначен | Manager (manager); NULL if none';
comment on column leads.order_id is 'ID сделки (orderId); NULL, если не связана | Id of the linked deal (orderId); NULL if none';
comment on column leads.attribution_model is 'Модель атрибуции колонок трафика ниже: 1 — последний непрямой, если она есть у лида, иначе 0 — последнее взаимодействие | Attribution model of the traffic columns below: 1 (last non-direct) if the lead has it, else 0 (last interaction)';
comment on column leads.source is 'Источник трафика (source); NULL, если не указан | Traffic source (source); NULL if not given';
comment on column leads.medium is 'Канал трафика (medium); NULL, если не указан | Traffic medium (medium); NULL if not given';
comment on column leads.utm_source is 'Метка utm_source; пустая строка — метки были, этой не было; NULL — меток не было | utm_source; empty: there were utm tags, but not this one; NULL: there were none';
comment on column leads.utm_medium is 'Метка utm_medium; пустая строка — метки были, этой не было; NULL — меток не было | utm_medium; empty: there were utm tags, but not this one; NULL: there were none';
comment on column leads.utm_campaign is 'Метка utm_campaign; пустая строка — метки были, этой не было; NULL — меток не было | utm_campaign; empty: there were utm tags, but not this one; NULL: there were none';
comment on column leads.utm_content is 'Метка utm_content; пустая строка — метки были, этой не было; NULL — меток не было | utm_content; empty: there were utm tags, but not this one; NULL: there were none';
comment on column leads.utm_term is 'Метка utm_term; пустая строка — метки были, этой не было; NULL — меток не было | utm_term; empty: there were utm tags, but not this one; NULL: there were none';
comment on column leads.session_id is 'ID сессии Calltouch (sessionId); NULL, если сессии нет | Calltouch session (sessionId); NULL if none';
comment on column leads.hostname is 'Отслеживаемый домен (hostname); NULL, если не передан | Tracked domain (hostname); NULL if never sent';
comment on column leads.url is 'Страница входа (url); NULL, если неизвестна | Landing page (url); NULL if unknown';
comment on column leads.ref is 'Откуда пришёл посетитель (ref); NULL, если перехода не было | Referrer (ref); NULL if none';
comment on column leads.gcid is 'Google Client ID (gcid); NULL, если неизвестен | Google Client ID (gcid); NULL if unknown';
comment on column leads.ya_client_id is 'Yandex Client ID, 19 цифр (yaClientId); NULL, если неизвестен | Yandex Client ID, 19 digits (yaClientId); NULL if unknown';
comment on column leads.attrs is 'Сторонние параметры и cookie, как переданы (attrs) | Third-party parameters and cookies, as sent (attrs)';
comment on column leads.city is 'Город по IP, латиницей (city); NULL, если неизвестен | City by IP, lower-case Latin (city); NULL if unknown';
comment on column leads.browser is 'Браузер (browser); NULL, если неизвестен | Browser (browser); NULL if unknown';
comment on column leads.os is 'Операционная система (os); NULL, если неизвестна | Operating system (os); NULL if unknown';
comment on column leads.device is 'Тип устройства (device); NULL, если неизвестен | Kind of device (device); NULL if unknown';
comment on column leads.ip is 'IP-адрес клиента (ip); NULL, если неизвестен | IP address of the client (ip); NULL if unknown';
comment on column leads.user_agent is 'Строка User-Agent (userAgent); NULL, если не передана | User agent (userAgent); NULL if never sent';
comment on column leads.extra is 'Параметры, которых нет в документации Calltouch, объектом JSON; NULL, если таких нет | Parameters that Calltouch does not document, as a JSON object; NULL if none';
comment on column leads.first_received_at is 'Когда принята первая доставка лида | When the first delivery of the lead was received';
comment on column leads.last_received_at is 'Когда принята последняя доставка лида | When the last delivery of the lead was received';
comment on column leads.last_sent_at is 'Когда Calltouch отправил самую позднюю доставку (sendingTimestamp) | When Calltouch sent the latest delivery (sendingTimestamp)';
comment on column leads.delivery_count is 'Сколько доставок принято по лиду | Number of deliveries received for the lead';
