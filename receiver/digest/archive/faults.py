"""What is wrong with the archive, in words that say what to do."""

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from receiver.digest.archive.manifest.contents import FileEntry, LostRange

MISSING, OTHER_SIZE, DAMAGED = "is missing", "has another size than it had", "is damaged"
UNREADABLE = "cannot be read"
_PROBLEMS = {MISSING: "missing", OTHER_SIZE: "damaged", DAMAGED: "damaged", UNREADABLE: "damaged"}

TODO = (
    "Copy the file back into archive/deliveries from a backup: it heals by itself. Without one, "
    "`calltouch rebuild --accept-loss` keeps what the present store knows of these deliveries "
    "(their parameters, not their bytes) and gives up the rest."
)


class DamagedFile(Exception):
    """A file is missing, or not what the manifest says; the text says which."""

    def __init__(self, entry: FileEntry, problem: str) -> None:
        super().__init__(f"{entry.name} {problem}")
        self.entry = entry
        self.problem = problem


@dataclass(frozen=True, slots=True)
class ArchiveFault:
    """`problem`: as in the table archive_faults. `days`: deliveries per UTC day of receipt, as far
    as that is known."""

    problem: str
    explanation: str
    file: str | None = None
    first_id: int | None = None
    last_id: int | None = None
    days: tuple[tuple[str, int], ...] = ()

    @property
    def ids(self) -> tuple[int, int] | None:
        """None for a fault that no delivery is missing by."""
        if self.first_id is None or self.last_id is None:
            return None
        return self.first_id, self.last_id

    @property
    def blocks_rebuild(self) -> bool:
        """Whether a store made now would be made of less than was accepted."""
        return self.problem in ("missing", "damaged", "gap", "disagrees", "manifest")

    def __str__(self) -> str:
        where = f"{self.file} " if self.file else ""
        ids = (
            f" (deliveries {self.first_id} to {self.last_id}{self._of_days()})" if self.ids else ""
        )
        return f"{where}{self.explanation}{ids}"

    def _of_days(self) -> str:
        days = [day for day, _ in self.days]
        if not days:
            return ""
        return f", of {days[0]}" if len(days) == 1 else f", of {days[0]} to {days[-1]}"


def fault_of(fault: DamagedFile) -> ArchiveFault:
    return file_fault(_PROBLEMS[fault.problem], fault.problem, fault.entry)


def file_fault(problem: str, explanation: str, entry: FileEntry) -> ArchiveFault:
    days = tuple(sorted(entry.days.items()))
    return ArchiveFault(problem, explanation, entry.name, entry.first_id, entry.last_id, days)


def fault_table(faults: Sequence[ArchiveFault]) -> pa.Table:
    """As the published file shows them."""
    rows = [
        {
            "problem": fault.problem,
            "file": fault.file,
            "first_id": fault.first_id,
            "last_id": fault.last_id,
            "first_day": fault.days[0][0] if fault.days else None,
            "last_day": fault.days[-1][0] if fault.days else None,
            "explanation": fault.explanation,
        }
        for fault in faults
    ]
    return pa.Table.from_pylist(rows, schema=_FAULTS)


def lost_table(lost: Sequence[LostRange]) -> pa.Table:
    rows = [
        {"first_id": one.first_id, "last_id": one.last_id, "day": one.day, "reason": one.reason}
        for one in lost
    ]
    return pa.Table.from_pylist(rows, schema=_LOST)


_FAULTS = pa.schema(
    [
        ("problem", pa.string()),
        ("file", pa.string()),
        ("first_id", pa.int64()),
        ("last_id", pa.int64()),
        ("first_day", pa.string()),
        ("last_day", pa.string()),
        ("explanation", pa.string()),
    ]
)
_LOST = pa.schema(
    [
        ("first_id", pa.int64()),
        ("last_id", pa.int64()),
        ("day", pa.string()),
        ("reason", pa.string()),
    ]
)
