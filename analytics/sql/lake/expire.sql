call ducklake_expire_snapshots({{ name | literal }}, older_than => now() - to_seconds({{ seconds }}));
