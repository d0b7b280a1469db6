"""What it costs to ask what was known: python -m bench.as_of DIR --leads 1000000

A file of two years (bench.big_store) in which a part of the leads of the 90 days before an instant,
a month before the end, has had another delivery since. Measured: the first asker, who waits until
these leads are folded again; the next one; one after a newer file was published; and a report over
a month, beside the same report over the file itself.
"""

import shutil
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb

from analytics.as_of.known_until import KnownUntil
from analytics.published_file import Published, PublishedFile
from analytics.reports.asking import Question, ask
from analytics.reports.filters import Filters
from analytics.reports.registry import report_named
from bench.big_store import make_big_store
from bench.machine import machine, median, write_json

AS_OF = datetime(2026, 10, 20, 21, tzinfo=UTC)
DAYS = 90
ALLOWED_SECONDS = 10
_MONTH = Filters(date(2026, 9, 21), date(2026, 10, 20))
_REPORTS = ("overview", "sources", "missed_calls_over_time", "attribution_mix")
_LATER = Path(__file__).parent / "big_store_sql" / "later_deliveries.sql"


def main() -> None:
    parser = ArgumentParser(prog="python -m bench.as_of", description=__doc__)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--leads", type=int, default=1_000_000)
    parser.add_argument("--percent", type=int, nargs="*", default=[1, 10, 30, 100])
    parser.add_argument("--json", type=Path, help="write all figures there")
    asked = parser.parse_args()
    source = make_big_store(asked.directory, asked.leads)
    file = asked.directory / "as_of.duckdb"
    print(f"{asked.leads:,} leads, as of {AS_OF:%d %B %Y}, in seconds")
    measured = []
    for percent in asked.percent:
        _add_later(source, file, percent)
        measured.append({"percent": percent, **_measure(file)})
        print(*(f"{name} {value:,.2f}" for name, value in measured[-1].items()), sep=", ")
    file.unlink()
    if asked.json:
        write_json(asked.json, {"machine": machine(), "leads": asked.leads, "as_of": measured})
    usual = [one["first"] for one in measured if one["percent"] <= 30]
    sys.exit(max(usual, default=0) > ALLOWED_SECONDS)


def _add_later(source: Path, file: Path, percent: int) -> None:
    file.unlink(missing_ok=True)
    shutil.copy(source, file)
    file.chmod(0o600)
    with duckdb.connect(str(file)) as db:
        db.execute("set timezone = 'UTC'")
        values = {"as_of": AS_OF, "days": DAYS, "percent": percent}
        db.execute(_LATER.read_text(encoding="utf-8"), values)


def _measure(file: Path) -> dict[str, float]:
    published = Published(PublishedFile(file), "192MB", attaches=KnownUntil(AS_OF).attach)
    before = time.process_time()
    first = _seconds(lambda: _read(published))
    computed = time.process_time() - before
    again = median([_seconds(lambda: _read(published)) for _ in range(5)])
    file.touch()
    newer = _seconds(lambda: _read(published))
    with published.reading() as db:
        ((touched, folded),) = db.execute(
            "select (select count(*) from folded.touched), (select count(*) from folded.leads)"
        ).fetchall()
    then, now = _report_seconds(published), _report_seconds(Published(PublishedFile(file)))
    return {
        "touched": touched,
        "folded": folded,
        "first": first,
        "first, of the processor": computed,
        "again": again,
        "newer file": newer,
        "reports": then,
        "reports now": now,
    }


def _read(published: Published) -> None:
    with published.reading() as db:
        db.execute("select count(*) from leads").fetchall()


def _report_seconds(published: Published) -> float:
    """The reports one after the other, the median of three times."""
    return median([_seconds(lambda: _ask(published)) for _ in range(3)])


def _ask(published: Published) -> None:
    with published.reading() as db:
        for name in _REPORTS:
            ask(db, Question(report_named(name), _MONTH, "Europe/Moscow", AS_OF))


def _seconds(work: Callable[[], None]) -> float:
    started = time.monotonic()
    work()
    return time.monotonic() - started


if __name__ == "__main__":
    main()
