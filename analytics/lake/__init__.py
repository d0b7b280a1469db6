"""The store as a lake: tables in Parquet files, their catalogue in PostgreSQL (DuckLake)."""
