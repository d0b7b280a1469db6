"""docs/dbt/models/calltouch.yml: the published file as sources of dbt, from the comments of a fresh
store: `make docs`."""

import json
from collections.abc import Iterator
from pathlib import Path

from analytics.relations import ROW_KEYS
from docs.tables import ENGLISH, StoreTable, described_tables

PATH = Path(__file__).parent / "dbt" / "models" / "calltouch.yml"
_HEAD = """\
# Made by `make docs` from the comments that the tables carry: do not edit.
version: 2

sources:
  - name: calltouch
    description: What Calltouch sent, as leads with their history
    database: calltouch
    schema: main
    tables:
"""
_FRESHNESS = """\
        config:
          loaded_at_field: last_received_at
          freshness:
            warn_after: {count: 6, period: hour}
            error_after: {count: 24, period: hour}
"""


def document() -> str:
    """The whole file."""
    return _HEAD + "".join(line for table in described_tables(ENGLISH) for line in _lines(table))


def _lines(table: StoreTable) -> Iterator[str]:
    yield f"      - name: {table.name}\n"
    yield f"        description: {json.dumps(table.comment, ensure_ascii=False)}\n"
    if table.name == "freshness":
        yield _FRESHNESS
    if table.name in ROW_KEYS:
        columns = ", ".join(ROW_KEYS[table.name])
        yield "        data_tests:\n          - unique_together:\n              arguments:\n"
        yield f"                columns: [{columns}]\n"
    yield "        columns:\n"
    for column in table.columns:
        yield f"          - name: {column.name}\n"
        yield f"            data_type: {column.type}\n"
        yield f"            description: {json.dumps(column.comment, ensure_ascii=False)}\n"


if __name__ == "__main__":
    PATH.write_text(document(), encoding="utf-8")
