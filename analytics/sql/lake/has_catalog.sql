select 1 from duckdb_databases() where database_name = $name;
