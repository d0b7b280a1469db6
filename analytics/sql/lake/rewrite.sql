-- Files with fewer deleted rows stay as they are, and are merged with no others.
call ducklake_rewrite_data_files({{ name | literal }}, {{ step.table | literal }}, schema => {{ step.schema | literal }}, delete_threshold => 0.05);
