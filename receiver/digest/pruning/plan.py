"""Which deliveries are due, file by file of the archive, and what of them ends."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from duckdb import DuckDBPyConnection

from analytics.contacts import canonical_email, canonical_phone
from analytics.fold.identity import Key
from analytics.statements import statement
from receiver.digest.archive.archive import Archive
from receiver.digest.archive.manifest.contents import FileEntry
from receiver.digest.archive.numbered import NumberedDelivery
from receiver.digest.archive.rewriting import count_changes
from receiver.digest.archive.saved import SAVED
from receiver.erasing.ending import is_marker
from receiver.erasing.person import Person
from receiver.erasing.retention import NOBODY, Classes, Retention, RetentionClass, ValueEnding
from receiver.inbox.delivery import Delivery

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class EndedValues:
    """Of one class: how many, and their bytes."""

    values: int = 0
    bytes: int = 0

    def add(self, size: int) -> None:
        self.values += 1
        self.bytes += size


@dataclass(frozen=True, slots=True)
class PrunePlan:
    """What would end: deliveries per file of the archive, values per class."""

    files: Mapping[str, int]
    classes: Mapping[RetentionClass, EndedValues]


@dataclass(frozen=True, slots=True)
class DueDeliveries:
    """Of one file: `due` by their ids. `all_due`: what is due of every delivery in it."""

    due: Mapping[int, tuple[Classes, Person]]
    all_due: Classes

    def change(self, ending: ValueEnding) -> Callable[[NumberedDelivery], Delivery]:
        """As `receiver.digest.archive.rewriting.Change`."""

        def changed(one: NumberedDelivery) -> Delivery:
            delivery = one.entry.received.delivery
            if one.delivery_id not in self.due:
                return delivery
            classes, person = self.due[one.delivery_id]
            return ending.ended(delivery, classes, person, one.entry.segment == SAVED)

        return changed


@dataclass(frozen=True)
class PruneRules:
    """`key`: the installation's. `renames`: per webhook, the account's names of parameters."""

    retention: Retention
    now: datetime
    key: bytes
    renames: Mapping[str, Mapping[str, str]]
    counted: dict[RetentionClass, EndedValues] = field(default_factory=dict)

    def may_be_due(self, entry: FileEntry) -> bool:
        """By the days it holds."""
        fewest = self.retention.fewest_days
        if fewest is None:
            return False
        return (
            min(entry.days, default="9") <= (self.now - timedelta(days=fewest)).date().isoformat()
        )

    def due_in(self, db: DuckDBPyConnection, entry: FileEntry) -> DueDeliveries:
        """By when the last delivery of each lead came, as the store has it."""
        before = self.now - timedelta(days=self.retention.fewest_days or 0)
        bound = {
            "first": entry.first_id,
            "last": entry.last_id,
            "before": (before - _EPOCH) // timedelta(microseconds=1),
        }
        rows = db.execute(statement("pruning/ages"), bound).fetchall()
        people = _people(db, {(row[1], row[2]) for row in rows if row[1] is not None})
        due = {
            number: (self._classes(last_at), people.get((lead_type, lead_id), NOBODY))
            for number, lead_type, lead_id, last_at in rows
        }
        all_due = frozenset(RetentionClass).intersection(*(one for one, _ in due.values()))
        return DueDeliveries(due, all_due if len(due) == entry.count else frozenset())

    def ending(self) -> ValueEnding:
        return ValueEnding(self.key, self.renames, self._note)

    def _classes(self, last_at: int) -> Classes:
        return self.retention.due(_EPOCH + timedelta(microseconds=last_at), self.now)

    def _note(self, of: RetentionClass, size: int) -> None:
        self.counted.setdefault(of, EndedValues()).add(size)


def plan_of(db: DuckDBPyConnection, archive: Archive, rules: PruneRules) -> PrunePlan:
    """Nothing is changed. Raises `DamagedFile`."""
    files: Counter[str] = Counter()
    for entry in filter(rules.may_be_due, archive.entries()):
        change = rules.due_in(db, entry).change(rules.ending())
        files.update(count_changes(archive, change, entry.__eq__))
    return PrunePlan(files, rules.counted)


def _people(db: DuckDBPyConnection, leads: set[Key]) -> Mapping[Key, Person]:
    listed = sorted(leads)
    bound = {"lead_types": [one for one, _ in listed], "lead_ids": [one for _, one in listed]}
    told: dict[Key, dict[str, set[str]]] = {}
    for lead_type, lead_id, name, value in db.execute(
        statement("pruning/contacts"), bound
    ).fetchall():
        if value and not is_marker(value):
            told.setdefault((lead_type, lead_id), {}).setdefault(name, set()).add(value)
    return {lead: _person(known) for lead, known in told.items()}


def _person(known: Mapping[str, Iterable[str]]) -> Person:
    phones = map(canonical_phone, known.get("callerphone", ()))
    emails = map(canonical_email, known.get("email", ()))
    return Person(
        phones=frozenset(filter(None, phones)),
        emails=frozenset(filter(None, emails)),
        caller_ids=frozenset(known.get("ctCallerId", ())),
        names=frozenset(known.get("fio", ())),
    )
