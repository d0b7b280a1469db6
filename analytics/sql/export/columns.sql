-- The columns of the published tables and views, in their order.
select table_name, column_name, data_type, comment
from duckdb_columns()
where database_name = {{ described }} and schema_name = 'main'
order by table_name, column_index;
