-- Every text once that is masked in one way, whatever columns it stands in.
create or replace table memory.main.texts as
select distinct text
from (
{% for column in columns %}
    select distinct {{ column.value }} as text
    from published.main."{{ column.table }}" as source{{ " union all" if not loop.last else "" }}
{% endfor %}
) as written
where text <> '';
