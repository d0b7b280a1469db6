"""Orders to erase a person: a file each, with the person in it, until all of it is done.

Whoever orders writes one; digest carries it out and removes it. What digest has found is kept in
it: one that is killed goes on, and the act says what was found all the same.
"""

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from receiver.digest.erasing.erasures import BegunErasure, LeadKey
from receiver.inbox.segment import sync_directory
from receiver.process_lock import hold
from receiver.whole_file import replace_file

_NAME = "order-{:06d}.json"
_PATIENCE_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class WhomToErase:
    """As somebody wrote it: contacts in any spelling; leads by type and id."""

    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    caller_ids: tuple[str, ...] = ()
    leads: tuple[LeadKey, ...] = ()


@dataclass(frozen=True, slots=True)
class ErasureFindings:
    """What was found of somebody, before anything was changed. `person`: the fields of a
    `receiver.erasing.person.Person`. `places`: in how many deliveries, rows or files of each.
    `files`: those of the archive among them, with the keyed hash of each."""

    person: Mapping[str, tuple[str, ...]]
    leads: tuple[LeadKey, ...]
    deliveries: int
    places: Mapping[str, int]
    files: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ErasureOrder:
    """`act`: its number. `repeats`: the act that is carried out once more, on what came back.
    `segments`: of inboxes, from the data directory on, with what had come before digest saw it;
    None until then. `waits_for`: what keeps digest from carrying it out; empty when nothing does.
    """

    act: int
    ordered_at: str
    by: str
    whom: WhomToErase
    repeats: int | None = None
    segments: tuple[str, ...] | None = None
    found: ErasureFindings | None = None
    waits_for: str = ""


class ErasureOrders:
    """The directory that they lie in, which only its owner may read."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def are_there(self) -> bool:
        """Quick enough to ask all the time."""
        try:
            return any(path.name.startswith("order-") for path in self.directory.iterdir())
        except FileNotFoundError:
            return False

    def all(self) -> list[ErasureOrder]:
        """The oldest first. Raises `OSError`, or `ValueError` for one that is damaged."""
        paths = sorted(self.directory.glob("order-*.json"))
        return [_read(orjson.loads(path.read_bytes())) for path in paths]

    def place(
        self, whom: WhomToErase, by: str, after: int, repeats: int | None = None
    ) -> ErasureOrder:
        """On the disk when this returns. `after`: the number of the last act there is."""
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        sync_directory(self.directory.parent)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        with self._alone():
            act = max([after, *(order.act for order in self.all())]) + 1
            order = ErasureOrder(act, now, by, whom, repeats)
            self.keep(order)
        return order

    def place_again(self, erasures: Iterable[BegunErasure], by: str, after: int) -> int:
        """For what was erased and has come back; returns how many were placed."""
        known = {order.whom.leads for order in self.all()}
        count = 0
        for one in erasures:
            if one.leads and one.leads not in known:
                known.add(one.leads)
                self.place(WhomToErase(leads=one.leads), by, after, one.act)
                count += 1
        return count

    def keep(self, order: ErasureOrder) -> None:
        replace_file(self._path(order.act), orjson.dumps(asdict(order)).decode())

    def is_there(self, act: int) -> bool:
        return self._path(act).exists()

    def get(self, act: int) -> ErasureOrder | None:
        try:
            return _read(orjson.loads(self._path(act).read_bytes()))
        except FileNotFoundError:
            return None

    def remove(self, act: int) -> None:
        """With what kills have left half written."""
        with self._alone():
            for partly in self.directory.glob(".order-*"):
                partly.unlink()
        self._path(act).unlink(missing_ok=True)
        sync_directory(self.directory)

    def _alone(self) -> AbstractContextManager[None]:
        """Raises `LockHeld`."""
        return hold(self.directory / "orders.lock", _PATIENCE_SECONDS)

    def _path(self, act: int) -> Path:
        return self.directory / _NAME.format(act)


def _read(document: dict[str, Any]) -> ErasureOrder:
    found, whom = document["found"], document["whom"]
    if found is not None:
        person = {name: tuple(values) for name, values in found["person"].items()}
        found = ErasureFindings(**{**found, "person": person, "leads": _leads(found["leads"])})
    contacts = {
        one.name: tuple(whom[one.name]) for one in fields(WhomToErase) if one.name != "leads"
    }
    read = {
        "whom": WhomToErase(**contacts, leads=_leads(whom["leads"])),
        "found": found,
        "segments": None if document["segments"] is None else tuple(document["segments"]),
    }
    return ErasureOrder(**{**document, **read})


def _leads(pairs: list[list[Any]]) -> tuple[LeadKey, ...]:
    return tuple((str(lead_type), int(lead_id)) for lead_type, lead_id in pairs)
