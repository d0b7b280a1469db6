"""Started by `sandbox.py`."""

import sys
from importlib import import_module

# Arrow and DuckDB import it if it is there: that takes as long as DuckDB itself, and nothing here
# needs it.
sys.modules["numpy"] = None  # type: ignore[assignment]

import_module("analytics.sql_sandbox.one_statement").main()
