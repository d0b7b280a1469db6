call ducklake_flush_inlined_data({{ name | literal }}, schema_name => {{ step.schema | literal }}, table_name => {{ step.table | literal }});
