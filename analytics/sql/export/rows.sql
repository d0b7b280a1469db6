-- The rows of a table in one month, or without a day, in one order.
{% include "export/source.sql" %}

select
{% for column in table.columns %}
    "{{ column.name }}"{{ "," if not loop.last else "" }}
{% endfor %}
from sourced
where {% if month is none %}own_day is null{% else %}own_day >= $first and own_day < $next{% endif %}

order by
{% for name in table.order %}
    "{{ name }}" nulls last{{ "," if not loop.last else "" }}
{% endfor %};
