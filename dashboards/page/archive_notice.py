"""The notice on every page about the archive: what is missing in it, and what is lost for good."""

from dataclasses import dataclass
from datetime import date

from duckdb import DuckDBPyConnection

from analytics.statements import statement
from analytics.store import SCHEMA_VERSION
from dashboards.slice.period import Period
from dashboards.wording.formats import Formats
from dashboards.wording.texts import Texts

_MOST_NAMED = 3
_PROBLEMS = ("missing", "damaged", "gap", "manifest", "disagrees", "lacking", "waits")


@dataclass(frozen=True, slots=True)
class FaultRow:
    """A row of archive_faults."""

    problem: str
    file: str | None
    first_id: int | None
    last_id: int | None
    first_day: date | None
    last_day: date | None

    def text(self, texts: Texts, formats: Formats) -> str:
        problem = self.problem if self.problem in _PROBLEMS else "unknown"
        what = texts(f"archive.{problem}", file=self.file or "archive/deliveries")
        if self.first_id is None or self.last_id is None:
            return what
        ids = texts("archive.ids", first=self.first_id, last=self.last_id)
        return f"{what}: {ids}{_in_days(self.first_day, self.last_day, formats)}"


@dataclass(frozen=True, slots=True)
class ArchiveNotice:
    """`lost`: deliveries that are gone for good, received from `first_day` on; None where the days
    are not known. `is_of_another_version`: the published file."""

    faults: tuple[FaultRow, ...] = ()
    lost: int = 0
    first_day: date | None = None
    last_day: date | None = None
    is_of_another_version: bool = False

    def named(self, texts: Texts, formats: Formats) -> list[str]:
        """The first faults, and how many more there are."""
        named = [fault.text(texts, formats) for fault in self.faults[:_MOST_NAMED]]
        more = len(self.faults) - len(named)
        return [*named, texts("archive.more", count=more)] if more > 0 else named

    def days(self, formats: Formats) -> str:
        return _in_days(self.first_day, self.last_day, formats)


def read_archive_notice(db: DuckDBPyConnection) -> ArchiveNotice:
    faults = db.execute(statement("archive/faults")).fetchall()
    ((lost, first_day, last_day),) = db.execute(statement("archive/lost")).fetchall()
    ((version,),) = db.execute("select schema_version from freshness").fetchall()
    return ArchiveNotice(
        tuple(FaultRow(*fault) for fault in faults),
        lost,
        first_day,
        last_day,
        version != SCHEMA_VERSION,
    )


def _in_days(first: date | None, last: date | None, formats: Formats) -> str:
    return f" ({formats.days(Period(first, last))})" if first and last else ""
