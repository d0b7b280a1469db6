-- Whether the file of now is beside what was known at an instant.
select 1
from duckdb_databases()
where database_name = 'file';
