-- The published file: one row.
--
-- path: where it lies on the server. bytes: its size. Both are NULL where the store is a lake.
-- published_at, last_received_at, last_delivery_id: how far it reaches, as in freshness. app_version,
-- schema_version: of the program that wrote it and of its tables. duckdb_version: of the DuckDB that
-- answers here; any from 1.1 to 2.0 reads the file.
select
    if(databases.type = 'ducklake', null, databases.path) as path,
    if(databases.type = 'ducklake', null, size.block_size * size.total_blocks) as bytes,
    freshness.published_at,
    freshness.last_received_at,
    freshness.last_delivery_id,
    freshness.app_version,
    freshness.schema_version,
    version() as duckdb_version,
    (select count(*) from leads) as leads,
    (select count(*) from deliveries) as deliveries
from freshness
cross join duckdb_databases() as databases
inner join pragma_database_size() as size using (database_name)
where databases.database_name = current_database();
