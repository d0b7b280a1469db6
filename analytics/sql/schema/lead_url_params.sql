create table lead_url_params (
    lead_type varchar not null,
    lead_id bigint not null,
    attribution_model smallint not null,
    position integer not null,
    name varchar,
    value varchar
);

comment on table lead_url_params is 'Дополнительные параметры URL перехода (add_url_params) по лиду и модели атрибуции | Additional URL parameters (add_url_params) per lead and attribution model';
comment on column lead_url_params.lead_type is 'call — звонок, request — заявка | call or request';
comment on column lead_url_params.lead_id is 'ID звонка или заявки | Call or request ID';
comment on column lead_url_params.attribution_model is '1 — последний непрямой, 0 — последнее взаимодействие | 1 last non-direct, 0 last interaction';
comment on column lead_url_params.position is 'Номер в списке, с нуля | Position in the list, from zero';
comment on column lead_url_params.name is 'Имя параметра (add_url_params[i][name]); NULL, если не передано | Parameter name (add_url_params[i][name]); NULL if not sent';
comment on column lead_url_params.value is 'Значение (add_url_params[i][value]); NULL, если не передано | Value (add_url_params[i][value]); NULL if not sent';
