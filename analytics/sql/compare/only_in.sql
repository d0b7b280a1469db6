-- How many rows only the table $one has, and the keys of $examples of them.
with only_in_one as (
    select * from query_table($one)
    except all
    select * from query_table($other)
)

select
    count(*) over () as row_count,
    {{ keys | join(", ") }}
from only_in_one
order by {{ keys | join(", ") }}
limit $examples;
