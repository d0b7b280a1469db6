-- A row for each cause and the fields that it was by. moved: how many leads; the measures: by how much each
-- differs. The sum of all rows is the difference.
select
    cause,
    fields,
    count(*) as moved,
{% for measure in measures %}
    sum({{ measure }})::bigint as {{ measure }},
{% endfor %}
from moved_leads
group by cause, fields
order by moved desc, cause, fields
