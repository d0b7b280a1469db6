create table lead_attributions (
    lead_type varchar not null,
    lead_id bigint not null,
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
    user_agent varchar
);

comment on table lead_attributions is 'Атрибуция: одна строка на лид и модель атрибуции | Attribution: one row per lead and attribution model';
comment on column lead_attributions.lead_type is 'call — звонок, request — заявка | call or request';
comment on column lead_attributions.lead_id is 'ID звонка или заявки | Id of the call or request';
comment on column lead_attributions.attribution_model is '1 — последний непрямой, 0 — последнее взаимодействие (attribution) | 1 last non-direct, 0 last interaction (attribution)';
comment on column lead_attributions.source is 'Источник трафика (source); NULL, если не указан | Traffic source (source); NULL if not given';
comment on column lead_attributions.medium is 'Канал трафика (medium); NULL, если не указан | Traffic medium (medium); NULL if not given';
comment on column lead_attributions.utm_source is 'Метка utm_source; пустая строка — метки были, этой не было; NULL — меток не было | utm_source; empty: there were utm tags, but not this one; NULL: there were none';
comment on column lead_attributions.utm_medium is 'Метка utm_medium; пустая строка — метки были, этой не было; NULL — меток не было | utm_medium; empty: there were utm tags, but not this one; NULL: there were none';
comment on column lead_attributions.utm_campaign is 'Метка utm_campaign; пустая строка — метки были, этой не было; NULL — меток не было | utm_campaign; empty: there were utm tags, but not this one; NULL: there were none';
comment on column lead_attributions.utm_content is 'Метка utm_content; пустая строка — метки были, этой не было; NULL — меток не было | utm_content; empty: there were utm tags, but not this one; NULL: there were none';
comment on column lead_attributions.utm_term is 'Метка utm_term; пустая строка — метки были, этой не было; NULL — меток не было | utm_term; empty: there were utm tags, but not this one; NULL: there were none';
comment on column lead_attributions.session_id is 'ID сессии Calltouch (sessionId); NULL, если сессии нет | Calltouch session (sessionId); NULL if none';
comment on column lead_attributions.hostname is 'Отслеживаемый домен (hostname); NULL, если не передан | Tracked domain (hostname); NULL if never sent';
comment on column lead_attributions.url is 'Страница входа (url); NULL, если неизвестна | Landing page (url); NULL if unknown';
comment on column lead_attributions.ref is 'Откуда пришёл посетитель (ref); NULL, если перехода не было | Referrer (ref); NULL if none';
comment on column lead_attributions.gcid is 'Google Client ID (gcid); NULL, если неизвестен | Google Client ID (gcid); NULL if unknown';
comment on column lead_attributions.ya_client_id is 'Yandex Client ID, 19 цифр (yaClientId); NULL, если неизвестен | Yandex Client ID, 19 digits (yaClientId); NULL if unknown';
comment on column lead_attributions.attrs is 'Сторонние параметры и cookie, как переданы (attrs) | Third-party parameters and cookies, as sent (attrs)';
comment on column lead_attributions.city is 'Город по IP, латиницей (city); NULL, если неизвестен | City by IP, lower-case Latin (city); NULL if unknown';
comment on column lead_attributions.browser is 'Браузер (browser); NULL, если неизвестен | Browser (browser); NULL if unknown';
comment on column lead_attributions.os is 'Операционная система (os); NULL, если неизвестна | Operating system (os); NULL if unknown';
comment on column lead_attributions.device is 'Тип устройства (device); NULL, если неизвестен | Kind of device (device); NULL if unknown';
comment on column lead_attributions.ip is 'IP-адрес клиента (ip); NULL, если неизвестен | IP address of the client (ip); NULL if unknown';
comment on column lead_attributions.user_agent is 'Строка User-Agent (userAgent); NULL, если не передана | User agent (userAgent); NULL if never sent';
