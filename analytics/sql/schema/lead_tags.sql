create table lead_tags (
    lead_type varchar not null,
    lead_id bigint not null,
    tag_category varchar not null,
    tag varchar not null,
    lead_day date not null,
    tagged_at timestamptz
);

comment on table lead_tags is 'Текущие теги; история — в lead_changes | Current tags; history is in lead_changes';
comment on column lead_tags.lead_type is 'call — звонок, request — заявка | call or request';
comment on column lead_tags.lead_id is 'ID звонка или заявки | Call or request ID';
comment on column lead_tags.tag_category is 'Кто поставил тег: auto_pr — Предикт, auto_af — Антифрод, auto_gr — пол, auto_ct — добавочные, auto_pn — по номеру, manual — вручную, api — API, request — по форме | Who set the tag: auto_pr Predict, auto_af Antifraud, auto_gr gender, auto_ct extension, auto_pn by number, manual, api, request by form';
comment on column lead_tags.tag is 'Тег | Tag';
comment on column lead_tags.lead_day is 'День лида, как leads.day | Day of the lead, as leads.day';
comment on column lead_tags.tagged_at is 'Когда Calltouch отправил доставку, с которой тег появился; NULL, если он был с первой доставки | When Calltouch sent the delivery that brought the tag; NULL if the first delivery had it';
