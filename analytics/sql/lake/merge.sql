call ducklake_merge_adjacent_files({{ name | literal }}, {{ step.table | literal }}, schema => {{ step.schema | literal }});
