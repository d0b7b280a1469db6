"""What was known at the instant that a URL names: `as_of`."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from duckdb import DuckDBPyConnection
from werkzeug.datastructures import MultiDict

from analytics.published_file import Published
from analytics.statements import statement
from dashboards.access.gate import current_reader
from dashboards.page.archive_notice import read_archive_notice
from dashboards.page.freshness import Freshness, NoDeliveries
from dashboards.slice.as_of import read_as_of
from dashboards.web.reader_request import ReaderContext, reader_context_of
from dashboards.web.settings import dashboards


class NothingKnown(Exception):
    """At the instant that was asked for nothing had been received yet."""

    def __init__(self, reader_context: ReaderContext, first_received_at: datetime) -> None:
        first = first_received_at.astimezone(reader_context.formats.zone)
        super().__init__(
            f"nothing was known; the first delivery came at {first.isoformat(timespec='seconds')}"
        )
        self.reader_context = reader_context
        self.first_received_at = first_received_at


@dataclass(frozen=True, slots=True)
class KnownThen:
    """`since`: how many deliveries have come since; `freshness`: as it was."""

    published: Published
    reader_context: ReaderContext
    since: int
    freshness: Freshness


def known_then(
    db: DuckDBPyConnection, reader_context: ReaderContext, query: MultiDict[str, str]
) -> KnownThen | None:
    """None for a URL that asks what is known now. `db`: to the published file itself, of which
    `reader_context` is. Raises `BadQuery`, `NoDeliveries`, `NothingKnown`."""
    as_of = read_as_of(query, reader_context.formats.zone, reader_context.now)
    if as_of is None:
        return None
    then = replace(reader_context, now=as_of, as_of=as_of)
    instant = as_of.astimezone(UTC)
    rows = db.execute(statement("as_of/since"), {"as_of": instant}).fetchall()
    ((first, last, since),) = rows
    if first is None:
        raise NoDeliveries
    if last is None:
        raise NothingKnown(then, first)
    freshness = Freshness(instant, last, read_archive_notice(db))
    published = dashboards().files.at(instant, current_reader().rights)
    return KnownThen(published, then, since, freshness)


def saying_as_of(reader_context: ReaderContext, query: MultiDict[str, str]) -> ReaderContext:
    """Of what has no history and is shown as it is now: the reader is told. Raises `BadQuery`."""
    as_of = read_as_of(query, reader_context.formats.zone, reader_context.now)
    return replace(reader_context, as_of=as_of)


@contextmanager
def opened(
    query: MultiDict[str, str], *, has_history: bool = True
) -> Iterator[tuple[DuckDBPyConnection, ReaderContext]]:
    """What the URL asks: the published file, or what was known then, however long that takes.

    Raises `BadQuery`, `NoDeliveries`, `NothingKnown`, `NotPublished`.
    """
    with dashboards().files.of(current_reader().rights).reading() as db:
        reader_context = reader_context_of(db)
        if not has_history:
            yield db, saying_as_of(reader_context, query)
            return
        then = known_then(db, reader_context, query)
        if then is None:
            yield db, reader_context
            return
    with then.published.reading() as db:
        yield db, then.reader_context
