-- Whether anything is masked in a column: each join takes some megabytes, so there are no needless ones.
select count(*) > 0 as is_any
from (
    select 1
    from published.main."{{ column.table }}" as source
    semi join memory.main."{{ "own_masked" if is_own else column.masked_in }}" as masked
        on masked.text = {{ column.value }}
{% if is_own %}
            and masked.way = {{ column.masked_in | literal }}
            and masked.lead_id = source.lead_id
{% endif %}
    limit 1
) as found;
