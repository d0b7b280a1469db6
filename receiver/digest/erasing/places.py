"""Everywhere a person may be, besides the store: counted, and then erased, by the same functions.

Flows come first, then what is copied from them, then the archive. The store is made again of it all
afterwards.
"""

import sqlite3
from collections.abc import Callable, Collection, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from duckdb import DuckDBPyConnection

from analytics.statements import statement
from receiver.data_dir import DataDir
from receiver.digest.archive.archive import Archive
from receiver.digest.archive.numbered import NumberedDelivery
from receiver.digest.archive.rewriting import count_changes, forget_replaced, rewrite
from receiver.digest.archive.saved import SAVED
from receiver.digest.erasing.erasures import LeadKey
from receiver.digest.erasing.files import (
    changed_files,
    changed_segments,
    changed_tables,
    refuse_taken,
    replace_bytes,
    replace_table,
)
from receiver.digest.erasing.leftovers import stores_aside
from receiver.digest.erasing.sqlite_files import count_values, erase_values
from receiver.digest.erasing.values import PersonValues
from receiver.erasing.eraser import Eraser
from receiver.flow_positions import flow_positions
from receiver.inbox.delivery import Delivery
from receiver.inbox.reader import InboxReader
from receiver.person_key import contact_hash
from receiver.process_lock import hold, holder

Check = Callable[[int], None]
"""Called with a number of deliveries whenever some are done; may raise to give up."""

_DAMAGED, _OPERATIONS, _FLOWS_INBOX = "inbox/damaged", "archive/operations", "flows/inbox"


@dataclass(frozen=True)
class PersonPlaces:
    """Of one person. `own`: ids of the deliveries of their leads. `key`: the installation's.
    `is_on_lake`: the store is no file."""

    place: DataDir
    archive: Archive
    eraser: Eraser
    leads: frozenset[LeadKey]
    own: frozenset[int]
    key: bytes
    is_on_lake: bool = False
    check: Check = field(default=lambda count: None)

    def counted(self) -> dict[str, int]:
        """In how many rows, deliveries or files of each place something is."""
        values = self._values
        found = {
            **self._in_database(self.place.flows_store),
            **self._in_database(self.place.state),
            _FLOWS_INBOX: _count(self._flow_segments()),
            _OPERATIONS: _count(changed_tables(self.place.operations_archive, self.eraser.text)),
            _DAMAGED: _count(changed_files(self.place.damaged, values.in_bytes)),
            "stores put aside": len(stores_aside(self.place, self.is_on_lake)),
        }
        return {where: count for where, count in found.items() if count}

    def counted_in_archive(self) -> dict[str, int]:
        """Deliveries per file."""
        return count_changes(self.archive, self.change, progress=self.check)

    def erase(self) -> None:
        """All but the archive."""
        values = self._values
        erase_values(self.place.flows_store, values.in_row, self._forget_keys)
        if self.place.flows_inbox.is_dir() and not holder(self.place.flows_lock):
            with hold(self.place.flows_lock):
                for path, data in self._flow_segments():
                    refuse_taken(path)
                    replace_bytes(path, data)
        erase_values(self.place.state, values.in_row)
        for path, table in changed_tables(self.place.operations_archive, self.eraser.text):
            replace_table(path, table)
        for path, data in changed_files(self.place.damaged, values.in_bytes):
            replace_bytes(path, data)

    def erase_in_archive(self, names: Collection[str], why: str) -> int:
        """Returns how many files were rewritten. Raises what `rewrite` does."""
        files = rewrite(self.archive, self.change, names, why, self.seal, self.check)
        return sum(1 for _ in files)

    def forget_replaced(self) -> None:
        forget_replaced(self.archive)

    def change(self, one: NumberedDelivery) -> Delivery:
        """As `receiver.digest.archive.rewriting.Change`."""
        erase = self.eraser.own if one.delivery_id in self.own else self.eraser.mentions
        return erase(one.entry.received.delivery, is_saved=one.entry.segment == SAVED)

    def seal(self, checksum: str) -> str:
        return contact_hash(self.key, "file", checksum)

    @cached_property
    def _values(self) -> PersonValues:
        return PersonValues(self.eraser, self.leads, self._operations)

    @cached_property
    def _operations(self) -> frozenset[int]:
        """Of flows: about one of the leads, or with one of the contacts."""
        if not self.place.flows_store.exists():
            return frozenset()
        person = self.eraser.person
        hashes = [contact_hash(self.key, "phone", one) for one in person.phones]
        hashes += [contact_hash(self.key, "email", one) for one in person.emails]
        with closing(_read_only(self.place.flows_store)) as db:
            rows = db.execute(
                "select operation_id, lead_type, lead_id, contact_hash from operations"
            )
            return frozenset(
                number
                for number, lead_type, lead_id, contacts in rows
                if (lead_type, lead_id) in self.leads or any(one in contacts for one in hashes)
            )

    def _in_database(self, path: Path) -> dict[str, int]:
        counts = count_values(path, self._values.in_row)
        return {f"{path.name}: {table}": count for table, count in counts.items()}

    def _forget_keys(self, db: sqlite3.Connection) -> None:
        """A key that a delivery was known by may be a phone, and its hash has no key."""
        numbers = [(number,) for number in self._operations]
        db.executemany("delete from seen_keys where operation_id = ?", numbers)

    def _flow_segments(self) -> Iterator[tuple[Path, bytes]]:
        """Of what nobody has taken in: flows are stopped, or not there."""
        if not self.place.flows_inbox.is_dir():
            return iter(())
        taken = flow_positions(self.place.flows_store)
        return changed_segments(self.place.flows_inbox, taken, self.eraser.mentions)


def own_deliveries(db: DuckDBPyConnection, leads: frozenset[LeadKey]) -> frozenset[int]:
    """Ids of all deliveries of these leads."""
    listed = sorted(leads)
    bound = {"lead_types": [one for one, _ in listed], "lead_ids": [one for _, one in listed]}
    rows = db.execute(statement("erasing/deliveries_of_leads"), bound).fetchall()
    return frozenset(number for (number,) in rows)


def segments_with_deliveries(inbox: Path) -> set[str]:
    """By name; living ones as well."""
    if not inbox.is_dir():
        return set()
    with closing(InboxReader(inbox)) as reader:
        snapshot = reader.look()
        return {one.name for one in snapshot.segments if snapshot.holds_delivery(one.name, 0)}


def _read_only(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=30)


def _count(found: Iterator[object]) -> int:
    return sum(1 for _ in found)
