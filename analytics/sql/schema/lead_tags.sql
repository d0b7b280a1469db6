create table lead_tags (
    lead_type varchar not null,
    lead_id bigint not null,
    tag_category varchar not null,
    tag varchar not null,
    lead_day date not null,
    tagged_at timestamptz,
    tagged_after double,
    lead_is_target boolean
);

comment on table lead_tags is 'Текущие теги; история — в lead_changes | Current tags; history is in lead_changes';
comment on column lead_tags.lead_type is 'call — звонок, request — заявка | call or request';
comment on column lead_tags.lead_id is 'ID звонка или заявки | Call or request ID';
comment on column lead_tags.tag_category is 'Кто поставил тег: auto_pr — Предикт, auto_af — Антифрод, auto_gr — пол, auto_ct — добавочные, auto_pn — по номеру, manual — вручную, api — API, request — по форме | Who set the tag: auto_pr Predict, auto_af Antifraud, auto_gr gender, auto_ct extension, auto_pn by number, manual, api, request by form';
comment on column lead_tags.tag is 'Тег | Tag';
comment on column lead_tags.lead_day is 'День лида, как leads.day | Day of the lead, as leads.day';
comment on column lead_tags.tagged_at is 'Когда Calltouch отправил доставку, с которой тег появился; NULL, если он был с первой доставки | When Calltouch sent the delivery that brought the tag; NULL if the first delivery had it';
comment on column lead_tags.tagged_after is 'Через сколько секунд после начала лида (happened_at, иначе первая доставка) появился тег, не меньше 0; NULL вместе с tagged_at | Seconds from the beginning of the lead (happened_at, else the first delivery) to tagged_at, at least 0; NULL when tagged_at is';
comment on column lead_tags.lead_is_target is 'Целевой ли лид, как leads.is_target; NULL, если неизвестно | Whether the lead is a target one, as leads.is_target; NULL if not known';
