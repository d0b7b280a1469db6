"""SQL of strangers: one SELECT over the keyed file, in a process of its own that can open nothing.

The gate (`gate.py`) lets one SELECT through, over tables and functions from lists. The process
(`one_statement.py`) opens the file read-only, locks DuckDB's configuration and gives up what the
kernel lets it do (`kernel.py`) before it looks at the SQL at all; it answers by a pipe and lives
for one statement. `sandbox.py` starts it, reads what it says and kills it at its deadline. Each of
the three must hold where another fails.
"""
