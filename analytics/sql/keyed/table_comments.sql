select table_name, comment
from duckdb_tables()
where database_name = {{ described }} and schema_name = 'main'
union all
select view_name, comment
from duckdb_views()
where database_name = {{ described }} and schema_name = 'main';
