create table reconciliation_unread (
    day date not null,
    site_id bigint not null,
    lead_type varchar not null,
    kind varchar not null,
    detail varchar not null,
    lead_id bigint
);

comment on table reconciliation_unread is 'Что в ответах API Calltouch не удалось прочитать при последней сверке дня | Parts of Calltouch API answers that could not be read when the day was last reconciled';
comment on column reconciliation_unread.day is 'День в часовом поясе аккаунта | Day in the account''s time zone';
comment on column reconciliation_unread.site_id is 'ID сайта в Calltouch | Calltouch site ID';
comment on column reconciliation_unread.lead_type is 'call — звонок, request — заявка | call or request';
comment on column reconciliation_unread.kind is 'no id — запись без ID, no object — не запись, count — пришло не столько записей, сколько насчитал Calltouch, other day — все записи другого дня, part — часть записи | no id: record without an ID, no object: not a record, count: number of records differs from Calltouch''s count, other day: all records are from another day, part: part of a record';
comment on column reconciliation_unread.detail is 'Для записи — страница/место, для count — пришло/насчитано, для other day — сколько записей, для part — имя части | page/position for a record, received/counted for count, number of records for other day, name for part';
comment on column reconciliation_unread.lead_id is 'ID лида у part, иначе NULL | Lead ID for part, else NULL';
