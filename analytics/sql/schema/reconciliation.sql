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

comment on table reconciliation is 'Сверка с API Calltouch: строка на день, сайт и тип лида, по последней сверке | Reconciliation with the Calltouch API: one row per day, site and lead type, from the last comparison';
comment on column reconciliation.day is 'День в часовом поясе аккаунта | Day in the account''s time zone';
comment on column reconciliation.site_id is 'ID сайта в Calltouch | Calltouch site ID';
comment on column reconciliation.lead_type is 'call — звонок, request — заявка | call or request';
comment on column reconciliation.in_api is 'Лидов в API | Leads in the API';
comment on column reconciliation.in_both is 'Из них пришли и вебхуком | Of these, also received by webhook';
comment on column reconciliation.only_webhook is 'Пришли вебхуком, но в API их нет | Received by webhook but not in the API';
comment on column reconciliation.only_api is 'Вебхуком не пришли, взяты из API | Not received by webhook; taken from the API';
comment on column reconciliation.lost is 'Есть в API, нет в хранилище | In the API but not in the store';
comment on column reconciliation.differing is 'Лидов, у которых поля отличаются | Leads with differing fields';
comment on column reconciliation.compared_at is 'Когда сверено | When reconciled';
