-- A table of the keyed file, empty, with what is said of it.
create table keyed.main."{{ table }}" (
{% for column in columns %}
    "{{ column.named }}" {{ column.type }}
    {{- "" if column.is_nullable else " not null" }}{{ "," if not loop.last else "" }}
{% endfor %}
);

comment on table keyed.main."{{ table }}" is {{ comment | literal }};
{% for column in columns %}
comment on column keyed.main."{{ table }}"."{{ column.named }}" is {{ column.comment | literal }};
{% endfor %}
