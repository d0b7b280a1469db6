-- The traffic columns of leads, and what is said of them: analytics/parameters/traffic.toml.
create table lead_attributions (
    lead_type varchar not null,
    lead_id bigint not null,
    attribution_model smallint not null,
{% for column in traffic %}
    "{{ column.name }}" {{ column.definition }}{{ "," if not loop.last else "" }}
{% endfor %}
);

comment on table lead_attributions is 'Атрибуция: одна строка на лид и модель атрибуции | Attribution: one row per lead and attribution model';
comment on column lead_attributions.lead_type is 'call — звонок, request — заявка | call or request';
comment on column lead_attributions.lead_id is 'ID звонка или заявки | Id of the call or request';
comment on column lead_attributions.attribution_model is '1 — последний непрямой, 0 — последнее взаимодействие (attribution) | 1 last non-direct, 0 last interaction (attribution)';
{% for column in traffic %}
comment on column lead_attributions."{{ column.name }}" is {{ column.comment.both | literal }};
{% endfor %}
