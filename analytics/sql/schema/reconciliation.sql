create table reconciliation (
    day date not null,
    site_id bigint not null,
    lead_type varchar not null,
    in_api integer not null,
    in_both integer not null,
    only_webhook integer not null,
    only_api integer not null,
    lost integer not null,
    differing integer not null,
    compared_at timestamptz not null
);

comment on table reconciliation is 'Сверка с API Calltouch: строка на день, сайт и тип лида, по последней сверке | Comparison with Calltouch''s API: one row per day, site and type of lead, as last compared';
comment on column reconciliation.day is 'День в часовом поясе аккаунта | Day in the account''s time zone';
comment on column reconciliation.site_id is 'ID сайта в Calltouch | Calltouch''s site id';
comment on column reconciliation.lead_type is 'call — звонок, request — заявка | call or request';
comment on column reconciliation.in_api is 'Лидов в API | Leads in the API';
comment on column reconciliation.in_both is 'Из них пришли и вебхуком | Of those, also sent by webhook';
comment on column reconciliation.only_webhook is 'Пришли вебхуком, но API их не знает | Sent by webhook, unknown to the API';
comment on column reconciliation.only_api is 'Вебхук не пришёл, лид взят из API | No webhook came, the lead was taken from the API';
comment on column reconciliation.lost is 'Есть в API, нет в хранилище | In the API, not in the store';
comment on column reconciliation.differing is 'Лидов, у которых поля отличаются | Leads with fields that differ';
comment on column reconciliation.compared_at is 'Когда сверено | When it was compared';
