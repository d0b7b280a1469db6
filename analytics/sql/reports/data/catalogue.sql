-- The tables and views for data teams and their columns, in the order in which they are defined.
--
-- column_name and data_type are NULL in the row of the table or view itself, which precedes those of
-- its columns. comment_ru, comment_en: what it is, in Russian and in English.
with described as (
    select table_name, table_oid as place, false as is_view, 0 as column_place, null as column_name,
        null as data_type, comment
    from duckdb_tables()
    where database_name = {{ described }} and schema_name = 'main'
    union all
    select view_name, view_oid, true, 0, null, null, comment
    from duckdb_views()
    where database_name = {{ described }} and schema_name = 'main' and not internal
),

columns_described as (
    select described.table_name, described.place, described.is_view, found.column_index,
        found.column_name, found.data_type, found.comment
    from described
    inner join duckdb_columns() as found
        on found.table_name = described.table_name
            and found.database_name = {{ described }}
            and found.schema_name = 'main'
)

select
    table_name,
    is_view,
    column_name,
    data_type,
    split_part(comment, ' | ', 1) as comment_ru,
    split_part(comment, ' | ', 2) as comment_en
from (from described union all from columns_described)
order by is_view, place, table_name, column_place;
