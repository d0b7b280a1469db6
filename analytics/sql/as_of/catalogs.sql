-- The catalogs that there are.
select database_name from duckdb_databases();
