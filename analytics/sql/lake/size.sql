select coalesce(sum(file_size_bytes), 0)::bigint from ducklake_table_info('store');
