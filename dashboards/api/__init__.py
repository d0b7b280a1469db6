"""The reports as JSON, CSV, XLSX and Parquet, disclosed by the same rules as the pages."""
