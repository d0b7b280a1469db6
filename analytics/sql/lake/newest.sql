-- In PostgreSQL: the number of the newest commit.
select max(snapshot_id) from {{ schema }}.ducklake_snapshot;
