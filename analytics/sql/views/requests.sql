create view requests as
select
{% for column in columns if "request" in column.lead_types %}
    "{{ column.name }}"{{ "," if not loop.last else "" }}
{% endfor %}
from leads
where lead_type = 'request';

comment on view requests is 'Заявки: строки leads с колонками заявок | Requests: the rows of leads with the columns of requests';
{% for column in columns if "request" in column.lead_types %}
comment on column requests."{{ column.name }}" is {{ column.comment.both | literal }};
{% endfor %}
