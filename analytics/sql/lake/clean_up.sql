call ducklake_cleanup_old_files({{ name | literal }}, older_than => now() - to_seconds({{ seconds }}));
