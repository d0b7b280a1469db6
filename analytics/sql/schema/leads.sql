-- Its columns and what is said of them: analytics/parameters.
create table leads (
{% for column in columns %}
    "{{ column.name }}" {{ column.definition }}{{ "," if not loop.last else "" }}
{% endfor %}
);

comment on table leads is 'Лиды: одна строка на звонок или заявку, последнее известное состояние; ключ (lead_type, lead_id) | Leads: one row per call or request, its latest known state; key (lead_type, lead_id)';
{% for column in columns %}
comment on column leads."{{ column.name }}" is {{ column.comment.both | literal }};
{% endfor %}
