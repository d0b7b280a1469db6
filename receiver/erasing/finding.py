"""The person and all their leads, found in a store by one contact or one lead.

A lead is the person's by its phone; by Calltouch's id of that phone; by its e-mail, where it has no
phone of its own; by what it once had of these, where it has no phone now. One that has another
phone now is somebody else's, and the person only mentioned in its history.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from duckdb import DuckDBPyConnection

from analytics.contacts import canonical_email, canonical_phone
from analytics.fold.identity import Key
from analytics.privacy.holds import Privacy
from analytics.stand_ins import ERASED
from analytics.statements import statement
from receiver.erasing.ending import held_by, is_marker
from receiver.erasing.field import FieldPath
from receiver.erasing.mentions import SHORTEST_VALUE
from receiver.erasing.person import Person

_DIGITS = 7
_SEARCHED = (Privacy.IDENTIFIER, Privacy.ADDRESS, Privacy.RECORDING)
_READ: Mapping[str, Callable[[str], str | None]] = {
    "callerphone": canonical_phone,
    "email": canonical_email,
    "ctCallerId": str,
}


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """`leads`: all of theirs, in order."""

    person: Person
    leads: tuple[Key, ...]


@dataclass(slots=True)
class _Known:
    """What has been found so far."""

    phones: set[str] = field(default_factory=set)
    emails: set[str] = field(default_factory=set)
    caller_ids: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    leads: set[Key] = field(default_factory=set)

    def add(self, rows: Iterable[tuple[Any, ...]]) -> None:
        for lead_type, lead_id, *contacts in rows:
            self.leads.add((lead_type, lead_id))
            those = (self.phones, self.emails, self.caller_ids, self.names)
            for known, contact in zip(those, contacts, strict=True):
                if contact and not contact.startswith(ERASED):
                    known.add(contact)

    def contacts(self) -> dict[str, list[str]]:
        return {
            "phones": sorted(self.phones),
            "emails": sorted(self.emails),
            "caller_ids": sorted(self.caller_ids),
        }

    def size(self) -> tuple[int, ...]:
        return len(self.phones), len(self.emails), len(self.caller_ids), len(self.leads)


def find(
    db: DuckDBPyConnection,
    *,
    phones: Iterable[str] = (),
    emails: Iterable[str] = (),
    caller_ids: Iterable[str] = (),
    leads: Iterable[Key] = (),
) -> FoundPerson:
    """`db`: whose tables are those of a store or of the published file. What is given is the
    person's whether or not a lead has it; raises `ValueError` for what is no phone or address."""
    known = _Known(
        {form for one in phones for form in _forms(_valid(canonical_phone(one), one))},
        {_valid(canonical_email(one), one) for one in emails},
        {one for one in caller_ids if one},
    )
    known.add(_leads_of(db, known.contacts(), "any"))
    for lead_type, lead_id in leads:
        bound: dict[str, Any] = {"lead_type": lead_type, "lead_id": lead_id}
        known.add(db.execute(statement("erasing/one_lead"), bound).fetchall())
    size: tuple[int, ...] = ()
    while size != known.size():
        known.phones |= {form for one in known.phones for form in _forms(one)}
        size = known.size()
        known.add(_leads_of(db, known.contacts(), "alone"))
        known.add(_leads_with_former(db, known.contacts()))
    return FoundPerson(_person(db, known), tuple(sorted(known.leads)))


def _leads_of(
    db: DuckDBPyConnection, contacts: Mapping[str, list[str]], by_email: str
) -> list[tuple[Any, ...]]:
    named = statement("erasing/leads_of_contacts")
    return db.execute(named, {**contacts, "by_email": by_email}).fetchall()


def _leads_with_former(
    db: DuckDBPyConnection, contacts: Mapping[str, list[str]]
) -> Iterator[tuple[Any, ...]]:
    bound = {
        "ends": [one[-_DIGITS:] for one in contacts["phones"]],
        "digits": _DIGITS,
        "emails": contacts["emails"],
        "caller_ids": contacts["caller_ids"],
    }
    sought = {one for those in contacts.values() for one in those}
    rows = db.execute(statement("erasing/leads_with_former_contacts"), bound).fetchall()
    for lead_type, lead_id, name, written in rows:
        if _READ[name](written) in sought:
            one = {"lead_type": lead_type, "lead_id": lead_id}
            yield from db.execute(statement("erasing/one_lead"), one).fetchall()


def _person(db: DuckDBPyConnection, known: _Known) -> Person:
    """With everything that the deliveries of the leads say; of contacts that a lead no longer has,
    those that are nobody else's."""
    leads = sorted(known.leads)
    side_by_side = {"lead_types": [one for one, _ in leads], "lead_ids": [one for _, one in leads]}
    rows = db.execute(statement("erasing/params_of_leads"), side_by_side).fetchall()
    said = [(path, text) for (params,) in rows for path, text in _leaves(orjson.loads(params))]
    former = _former(said, known)
    bound = {**former.contacts(), **side_by_side}
    others = {
        one for (one,) in db.execute(statement("erasing/contacts_of_others"), bound).fetchall()
    }
    return Person(
        frozenset(known.phones | former.phones - others),
        frozenset(known.emails | former.emails - others),
        frozenset(known.caller_ids | former.caller_ids - others),
        frozenset(known.names | former.names),
        frozenset(text for path, text in said if _is_searched(path, text)),
    )


def _former(said: Iterable[tuple[FieldPath, str]], known: _Known) -> _Known:
    former = _Known()
    those = {
        "callerphone": (former.phones, known.phones),
        "email": (former.emails, known.emails),
        "ctCallerId": (former.caller_ids, known.caller_ids),
    }
    for path, text in said:
        if is_marker(text):
            continue
        if path == ("fio",):
            former.names.add(text)
        elif len(path) == 1 and path[0] in those:
            contact = _READ[path[0]](text)
            if contact and contact not in those[path[0]][1]:
                those[path[0]][0].add(contact)
    return former


def _is_searched(path: FieldPath, text: str) -> bool:
    if is_marker(text) or path[0] == "ctCallerId":
        return False
    is_address = held_by(path, {}) is Privacy.ADDRESS
    is_long = len(text) >= SHORTEST_VALUE or is_address
    return is_long and (held_by(path, {}) in _SEARCHED or path[0] == "userAgent")


def _leaves(value: Any, path: FieldPath = ()) -> Iterator[tuple[FieldPath, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _leaves(inner, (*path, name))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _leaves(inner, (*path, str(place)))
    elif isinstance(value, str):
        yield path, value


def _forms(phone: str) -> list[str]:
    """With and without the code of Russia: the fold takes these for two."""
    if len(phone) == 10:
        return [phone, f"7{phone}"]
    return [phone, phone[1:]] if len(phone) == 11 and phone[0] == "7" else [phone]


def _valid(read: str | None, written: str) -> str:
    if read is None:
        raise ValueError(f"no phone or e-mail address: {written}")
    return read
