-- The months of a table: rows, first and last day.
{% include "export/source.sql" %}

select date_trunc('month', own_day)::date as month, count(*), min(own_day), max(own_day)
from sourced
group by month
order by month nulls last;
