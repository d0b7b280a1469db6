-- In PostgreSQL: of the files that the newest commit is made of.
select coalesce(sum(file_size_bytes), 0)
from (
    select file_size_bytes
    from {{ schema }}.ducklake_data_file
    where end_snapshot is null
    union all
    select file_size_bytes
    from {{ schema }}.ducklake_delete_file
    where end_snapshot is null
) as files;
