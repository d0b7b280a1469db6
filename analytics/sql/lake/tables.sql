select schema_name, table_name
from duckdb_tables()
where database_name = $name
order by schema_name, table_name;
