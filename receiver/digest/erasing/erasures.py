"""What was erased: the leads, by type and id, and what was done. A log that is only ever appended
to, beside the archive and in each backup, so that nothing brings the values back.

It says nothing of whom: the ids stay in the store as well, and the number of a person is made with
the installation's key.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from receiver.digest.archive.manifest.log import LogContents, ManifestLog, Record, Signature
from receiver.inbox.segment import sync_directory

LeadKey = tuple[str, int]
"""Type and id."""


@dataclass(frozen=True, slots=True)
class BegunErasure:
    """`person`: the number that stands for them. `ended_at`: None until all of it is done."""

    act: int
    at: str
    by: str
    person: int
    leads: tuple[LeadKey, ...]
    ended_at: str | None = None
    summary: Record = field(default_factory=dict)


class ErasureLog:
    """Read again when somebody has written."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._log = ManifestLog(path)
        self._seen: Signature | None = None
        self._read = LogContents()
        self._erasures: dict[int, BegunErasure] = {}

    def signature(self) -> Signature | None:
        return self._log.signature()

    def erasures(self) -> list[BegunErasure]:
        """In the order of their numbers."""
        signature = self._log.signature()
        if signature != self._seen:
            self._read = self._log.read()
            self._erasures = {}
            for record in self._read.records:
                _apply(self._erasures, record)
            self._seen = signature
        return [self._erasures[act] for act in sorted(self._erasures)]

    @property
    def bad_lines(self) -> list[int]:
        """Damaged ones: leads that were erased may be missing here."""
        self.erasures()
        return self._read.bad_lines

    def count(self) -> int:
        """The number of the last erasure that has begun."""
        return max((one.act for one in self.erasures()), default=0)

    def person_of(self, act: int) -> int | None:
        """The number that stands for the person of an act; None for one that nobody knows."""
        return next((one.person for one in self.erasures() if one.act == act), None)

    def leads(self) -> dict[LeadKey, int]:
        """All that are erased, each with the number of its person."""
        return {lead: one.person for one in self.erasures() for lead in one.leads}

    def begin(self, act: int, by: str, person: int, leads: Iterable[LeadKey]) -> None:
        """From now on these are erased, whatever comes of them. Twice is once."""
        if all(one.act != act for one in self.erasures()):
            values = {"act": act, "by": by, "person": person, "leads": sorted(leads)}
            self._append("begun", values)

    def end(self, act: int, summary: Record) -> None:
        if any(one.act == act and one.ended_at is None for one in self.erasures()):
            self._append("ended", {"act": act, "summary": summary})

    def take_over(self, others: Iterable[BegunErasure]) -> list[BegunErasure]:
        """Those of another log that this one lacks, and what they are here: where a number is
        taken, they get another one."""
        known = {(one.at, one.leads) for one in self.erasures()}
        taken = []
        for one in others:
            if (one.at, one.leads) not in known:
                is_free = all(one.act != other.act for other in self.erasures())
                new = replace(one, act=one.act if is_free else self.count() + 1)
                self._append("begun", {**asdict(new), "of": one.at})
                taken.append(new)
        return taken

    def _append(self, kind: str, values: dict[str, Any]) -> None:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        sync_directory(self.path.parent.parent)
        with self._log.changing():
            self._log.cut_torn_end(self._log.read())
            self._log.append(kind, values)


def _apply(erasures: dict[int, BegunErasure], record: Record) -> None:
    act = record["act"]
    if record["kind"] == "begun":
        leads = tuple((str(lead_type), int(lead_id)) for lead_type, lead_id in record["leads"])
        erasures[act] = BegunErasure(
            act,
            str(record.get("of", record["at"])),
            str(record["by"]),
            int(record["person"]),
            leads,
            record.get("ended_at"),
            record.get("summary", {}),
        )
    elif act in erasures:
        known = erasures[act]
        erasures[act] = BegunErasure(
            act, known.at, known.by, known.person, known.leads, record["at"], record["summary"]
        )
