create view calls as
select
{% for column in columns if "call" in column.lead_types %}
    "{{ column.name }}"{{ "," if not loop.last else "" }}
{% endfor %}
from leads
where lead_type = 'call';

comment on view calls is 'Звонки: строки leads с колонками звонков | Calls: the rows of leads with the columns of calls';
{% for column in columns if "call" in column.lead_types %}
comment on column calls."{{ column.name }}" is {{ column.comment.both | literal }};
{% endfor %}
