create table alerts (
    alert_id bigint not null,
    kind varchar not null,
    subject varchar,
    cause varchar,
    site_id bigint,
    is_urgent boolean not null,
    figures json not null,
    times integer not null,
    began_at timestamptz not null,
    noticed_at timestamptz not null,
    ended_at timestamptz,
    told_at timestamptz,
    times_told integer not null
);

comment on table alerts is 'Оповещения: что было не так, с какого момента и до какого | Alerts: what was wrong, from when to when';
comment on column alerts.alert_id is 'Номер оповещения | Alert number';
comment on column alerts.kind is 'Что не так: silence, site_silence, utm_lost, flow_failing, disk_full, rule и другие, список в docs/operations.md | What is wrong: silence, site_silence, utm_lost, flow_failing, disk_full, rule and more, listed in docs/operations.md';
comment on column alerts.subject is 'О чём: сайт, номер, метка, обработка, правило; NULL, если обо всём | What about: site, number, tag, flow, rule; NULL if about everything';
comment on column alerts.cause is 'Предполагаемая причина; NULL, если её нет | First guess at the cause; NULL if there is none';
comment on column alerts.site_id is 'ID сайта в Calltouch, если оповещение об одном сайте | Calltouch site ID if the alert is about one site';
comment on column alerts.is_urgent is 'Сообщают и в тихие часы | Told in quiet hours, too';
comment on column alerts.figures is 'Числа, на которых оно основано, объект JSON | Figures it is based on, a JSON object';
comment on column alerts.times is 'Сколько раз случилось; 0, если не считается | How often it happened; 0 if not counted';
comment on column alerts.began_at is 'С какого момента не так | Since when it was wrong';
comment on column alerts.noticed_at is 'Когда замечено | When it was noticed';
comment on column alerts.ended_at is 'Когда закончилось; NULL, если продолжается | When it ended; NULL if it goes on';
comment on column alerts.told_at is 'Когда сообщили последний раз; NULL, если не сообщали | When people were last told; NULL if never';
comment on column alerts.times_told is 'Сколько сообщений отправлено, по всем каналам | Messages sent, over all channels';
