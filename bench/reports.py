"""What reports cost above the best query of their own: python -m bench.reports DIR --leads 1000000

Each report that folds over leads, for a month and for two years, beside a query written by hand for
the same numbers over the same file (bench/reports_sql), which knows this file and no filters. The
two take turns; what counts is the ratio of their medians. Every number of the one by hand is
compared with the report's. A report may take FIXED milliseconds more in any case: it is more to
plan, whatever the number of leads.
"""

import math
import sys
import time
from argparse import ArgumentParser
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from duckdb import DuckDBPyConnection

from analytics.published_file import Published, PublishedFile
from analytics.reports.asking import Answer, Question, ask
from analytics.reports.filters import Filters
from analytics.reports.registry import report_named
from analytics.statements import bound_names
from bench.big_store import make_big_store
from bench.machine import machine, median, write_json

LAST = date(2026, 11, 20)
PERIODS = {"a month": date(2026, 10, 22), "two years": date(2024, 11, 21)}
NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
ZONE = "Europe/Moscow"
ALLOWED = 1.2
FIXED = 20
_SQL = Path(__file__).parent / "reports_sql"


@dataclass(frozen=True, slots=True)
class Measured:
    """`only`: what rows of the report are compared, by the value of a column."""

    report: str
    options: Mapping[str, Any] = field(default_factory=dict)
    groups: tuple[str, ...] = ()
    only: Mapping[str, Any] = field(default_factory=dict)


_WEEKS = {"unit": "week"}
MEASURED = (
    Measured("overview"),
    Measured("leads_over_time", _WEEKS),
    Measured("sources"),
    Measured("attribution", groups=("source", "medium")),
    Measured("attribution_mix", _WEEKS),
    Measured("attribution_coverage"),
    Measured("models"),
    Measured("uniqueness", _WEEKS),
    Measured("uniqueness_depth"),
    Measured("tags"),
    Measured("tag_delays", {"top": 1000}),
    Measured("heatmap"),
    Measured("waiting", only={"seconds": 20}),
    Measured("missed_calls_over_time", _WEEKS),
    Measured("managers"),
    Measured("spam"),
)


def main() -> None:
    parser = ArgumentParser(prog="python -m bench.reports", description=__doc__)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--leads", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", nargs="*", default=[], help="these reports alone")
    parser.add_argument("--json", type=Path, help="write all figures there")
    asked = parser.parse_args()
    document: dict[str, Any] = {"machine": machine(), "leads": asked.leads, "periods": {}}
    published = Published(PublishedFile(make_big_store(asked.directory, asked.leads)))
    print(f"{asked.leads:,} leads, medians of {asked.rounds} rounds, in milliseconds")
    for name, first in PERIODS.items():
        print(f"\n{name}: report | itself | by hand | ratio")
        document["periods"][name] = {
            one.report: _measure(published, one, Filters(first, LAST), asked.rounds)
            for one in MEASURED
            if not asked.only or one.report in asked.only
        }
    write_json(asked.json, document)
    slow = [
        f"{report} ({name})"
        for name, found in document["periods"].items()
        for report, times in found.items()
        if times["report_ms"] > ALLOWED * times["by_hand_ms"] + FIXED
    ]
    if slow:
        sys.exit(f"more than {ALLOWED} of the query by hand: {', '.join(slow)}")


def _measure(
    published: Published, one: Measured, filters: Filters, rounds: int
) -> dict[str, float]:
    given = {"groups": one.groups} if one.groups else {}
    question = Question(report_named(one.report), filters, ZONE, NOW, options=one.options, **given)
    sql = (_SQL / f"{one.report}.sql").read_text(encoding="utf-8")
    report, by_hand = [], []
    with published.reading() as db:
        assert_same(one, ask(db, question), _by_hand(db, sql, question))
        for _ in range(rounds):
            started = time.perf_counter()
            ask(db, question)
            turned = time.perf_counter()
            _by_hand(db, sql, question)
            by_hand.append(time.perf_counter() - turned)
            report.append(turned - started)
    times = {"report_ms": median(report) * 1000, "by_hand_ms": median(by_hand) * 1000}
    times["ratio"] = times["report_ms"] / times["by_hand_ms"]
    figures = " | ".join(f"{times[name]:7.0f}" for name in ("report_ms", "by_hand_ms"))
    print(f"{one.report:24} | {figures} | {times['ratio']:5.2f}", flush=True)
    return times


def _by_hand(db: DuckDBPyConnection, sql: str, question: Question) -> Answer:
    known = {"from": question.filters.first, "to": question.filters.last}
    cursor = db.execute(sql, {name: known[name] for name in bound_names(sql)})
    columns = tuple(column[0] for column in cursor.description or ())
    return Answer(question, columns, cursor.fetchall())


def assert_same(one: Measured, report: Answer, by_hand: Answer) -> None:
    """The rows of the two, in any order and of the columns by hand alone."""
    kept = [
        row for row in report.records() if all(row[name] == one.only[name] for name in one.only)
    ]
    rows = [tuple(row[name] for name in by_hand.columns) for row in kept]
    assert len(rows) == len(by_hand.rows), (one.report, len(rows), len(by_hand.rows))
    for own, other in zip(sorted(rows, key=str), sorted(by_hand.rows, key=str), strict=True):
        assert all(map(_is_same, own, other)), (one.report, own, other)


def _is_same(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, int | float):
        return math.isclose(one, other, rel_tol=1e-9)
    return bool(one == other)


if __name__ == "__main__":
    main()
