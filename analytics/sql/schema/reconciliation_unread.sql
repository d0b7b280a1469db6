create table reconciliation_unread (
    day date not null,
    site_id bigint not null,
    lead_type varchar not null,
    kind varchar not null,
    detail varchar not null,
    lead_id bigint
);

comment on table reconciliation_unread is 'Что в ответах API Calltouch не удалось прочитать при последней сверке дня | What of Calltouch''s API''s answers could not be read when the day was last compared';
comment on column reconciliation_unread.day is 'День в часовом поясе аккаунта | Day in the account''s time zone';
comment on column reconciliation_unread.site_id is 'ID сайта в Calltouch | Calltouch''s site id';
comment on column reconciliation_unread.lead_type is 'call — звонок, request — заявка | call or request';
comment on column reconciliation_unread.kind is 'no id — запись без ID, no object — не запись, count — пришло не столько записей, сколько насчитал Calltouch, other day — все записи другого дня, part — часть записи | no id: record without an id, no object: no record, count: other records came than Calltouch counts, other day: all records are of another day, part: part of a record';
comment on column reconciliation_unread.detail is 'Для записи — страница/место, для count — пришло/насчитано, для other day — сколько записей, для part — имя части | Of a record its page/place, of count came/counted, of other day how many records, of part its name';
comment on column reconciliation_unread.lead_id is 'ID лида у part, иначе NULL | Id of the lead for part, else NULL';
