"""DuckDB's versions, as tests meet them."""

import duckdb
import pytest

WRITTEN_BY_OURS = pytest.mark.skipif(
    duckdb.__version__ >= "2", reason="no older DuckDB opens a file that DuckDB 2 has written"
)
"""The store's tests run under DuckDB 2, too; a published file is written by the one we pin."""
