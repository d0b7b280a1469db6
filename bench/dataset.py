"""What Python adds to a report: `.df()` of `calltouch.open` beside its SQL alone.

    python -m bench.dataset DIRECTORY [--json FILE]

DIRECTORY holds `calltouch.duckdb`. Both are asked in turn, over connections with the same settings,
and the smallest time of each counts.
"""

import argparse
import json
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import duckdb

import calltouch
from analytics.statements import attach

_TIMES = 7
_ASKED: dict[str, dict[str, Any]] = {
    "overview": {"period": "all"},
    "leads_over_time": {"period": "all", "unit": "month"},
    "attribution": {"period": "all", "group_by": ["source", "medium"], "model": 1},
    "uniqueness_depth": {"period": "year"},
    "models": {"period": "year"},
    "tags": {"period": "year"},
    "journal": {"period": "30d"},
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    found = measure(options.directory / "calltouch.duckdb")
    for name, (frame, sql) in found.items():
        print(f"{name:20} {1000 * frame:8.1f} ms {1000 * sql:8.1f} ms  {frame / sql:5.2f}")
    if options.json:
        ratios = {name: round(frame / sql, 3) for name, (frame, sql) in found.items()}
        options.json.write_text(json.dumps(ratios, indent=2) + "\n", encoding="utf-8")


def measure(path: Path) -> dict[str, tuple[float, float]]:
    """Seconds of the frame and of the SQL alone, by report."""
    db = duckdb.connect(config={"memory_limit": "1GB", "threads": 2})
    attach(db, path, "published")
    db.execute("set timezone = 'UTC'")
    db.execute("use published")
    found = {}
    with calltouch.open(path) as ct:
        for name, options in _ASKED.items():
            statement = ct.report(name, **options).sql
            frame = partial(_frame, ct, name, options)
            found[name] = _in_turn(frame, partial(_rows, db, statement))
    return found


def _frame(ct: calltouch.Dataset, name: str, options: dict[str, Any]) -> None:
    ct.report(name, **options).df()


def _rows(db: duckdb.DuckDBPyConnection, asked: str) -> None:
    db.execute(asked).to_arrow_table()


def _in_turn(one: Callable[[], object], other: Callable[[], object]) -> tuple[float, float]:
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(_TIMES):
        for ask, taken in zip((one, other), times, strict=True):
            began = time.perf_counter()
            ask()
            taken.append(time.perf_counter() - began)
    return min(times[0]), min(times[1])


if __name__ == "__main__":
    main()
