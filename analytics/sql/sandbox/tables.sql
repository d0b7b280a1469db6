-- The tables and views that may be asked.
select table_name from duckdb_tables() where not internal and schema_name = 'main'
union all
select view_name from duckdb_views() where not internal and schema_name = 'main';
