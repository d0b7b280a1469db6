"""What is kept no longer than needed: per class of values, after how many days they end.

They end as those of an erased person do, but for the number: `erased:<mark>` tells nobody, and what
is equal stays equal. Contacts keep theirs, for people to be counted.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

import orjson

from analytics.privacy.holds import Privacy
from receiver.decode import Params, decode
from receiver.erasing.ending import LeadEnding, held_by
from receiver.erasing.field import FieldPath, RawField
from receiver.erasing.fields import rewritten
from receiver.erasing.mentions import Mentions, NamesSought
from receiver.erasing.person import Person
from receiver.erasing.searching import Searching
from receiver.erasing.spelling import Replacement
from receiver.erasing.stand_ins import StandIns
from receiver.erasing.told import params_of, person_in
from receiver.inbox.delivery import Delivery
from receiver.settings.settings import Settings

_UNREADABLE = b"ended"
"""Neither a form nor JSON: what could not be read stays what could not be read."""


class RetentionClass(StrEnum):
    """RAW: deliveries as they came, beyond what was read of them. PERSONS: contacts, names,
    comments, ids of browsers, parameters that nobody knows, and mentions in texts."""

    RAW = "raw"
    PERSONS = "persons"
    TRANSCRIPTS = "transcripts"
    RECORDINGS = "recordings"
    ADDRESSES = "addresses"


Classes = frozenset[RetentionClass]
NOBODY = Person()


@dataclass(frozen=True, slots=True)
class Retention:
    """`days`: of the classes that end at all."""

    days: Mapping[RetentionClass, int]

    @classmethod
    def of(cls, settings: Settings) -> "Retention":
        each = ((one, int(getattr(settings, f"keep_{one}_days"))) for one in RetentionClass)
        return cls({one: days for one, days in each if days})

    def due(self, last_received_at: datetime, now: datetime) -> Classes:
        """What ends of a lead whose last delivery came then. All of a lead ends at once: its
        deliveries would differ otherwise, and each difference is a change."""
        age = now - last_received_at
        return frozenset(one for one, days in self.days.items() if age > timedelta(days=days))

    @property
    def fewest_days(self) -> int | None:
        """None where everything is kept."""
        return min(self.days.values(), default=None)


@dataclass(frozen=True, slots=True)
class ValueEnding:
    """`key`: the installation's. `renames`: per webhook, the account's names of parameters.
    `note`: called for each value that ends, with its bytes."""

    key: bytes
    renames: Mapping[str, Mapping[str, str]]
    note: Callable[[RetentionClass, int], None] = lambda of, size: None

    def ended(
        self,
        delivery: Delivery,
        classes: Classes,
        person: Person = NOBODY,
        is_saved: bool = False,
    ) -> Delivery:
        """The same object where nothing was left to end. `person`: whom the whole lead tells.
        `is_saved`: its body is what a store knew of it."""
        values = classes - {RetentionClass.RAW}
        if values:
            delivery = self._without(delivery, values, person, is_saved)
        if RetentionClass.RAW in classes and not is_saved:
            delivery = self._read_alone(delivery)
        return delivery

    def _without(
        self, delivery: Delivery, classes: Classes, person: Person, is_saved: bool
    ) -> Delivery:
        ends_persons = RetentionClass.PERSONS in classes
        rename = None if is_saved else self.renames.get(delivery.webhook, {})
        if ends_persons:
            # Ids of browsers change from delivery to delivery, and all of a lead must end alike.
            told = person_in(self._params(delivery, is_saved))
            person = person | replace(told, values=frozenset())
        stand_ins = StandIns(self.key, None)
        searching = Searching(Mentions(self.key, person, stand_ins, own=True))
        ending = LeadEnding(stand_ins, searching)

        def ended(one: RawField, texts: Mapping[FieldPath, str]) -> Iterable[Replacement]:
            of = class_of(one.path, texts)
            found = list(ending.ended(one, texts)) if of in classes else []
            for replacement in found:
                self.note(of, len(one.text[replacement.start : replacement.end].encode()))
            return found

        def searched(raw: bytes, names: NamesSought) -> bytes:
            return searching.without_bytes(raw, names) if ends_persons else raw

        query, body = rewritten(delivery, rename, ended, searched)
        if (query, body) == (delivery.query, delivery.body):
            return delivery
        return replace(delivery, query=query, body=body)

    def _read_alone(self, delivery: Delivery) -> Delivery:
        """Under Calltouch's names, as the JSON that reads the same."""
        rename = self.renames.get(delivery.webhook, {})
        read = decode(delivery.query, delivery.body, delivery.content_type, rename)
        body = orjson.dumps(read.params) if read.params or not read.problems else _UNREADABLE
        kind = "text/plain" if body is _UNREADABLE else "application/json"
        again = decode(b"", body, kind, rename)
        if again.params != read.params or again.is_empty != read.is_empty:
            return delivery
        alone = replace(delivery, query=b"", body=body, content_type=kind, headers=b"")
        if alone == delivery:
            return delivery
        self.note(RetentionClass.RAW, len(delivery.query) + len(delivery.body))
        return alone

    def _params(self, delivery: Delivery, is_saved: bool) -> Params:
        return params_of(delivery, self.renames.get(delivery.webhook, {}), is_saved)


def class_of(path: FieldPath, texts: Mapping[FieldPath, str]) -> RetentionClass:
    """Of a field's value."""
    holds = held_by(path, texts)
    if path[0] == "text":
        return RetentionClass.TRANSCRIPTS
    if holds is Privacy.RECORDING:
        return RetentionClass.RECORDINGS
    if holds is Privacy.ADDRESS or path[0] == "userAgent":
        return RetentionClass.ADDRESSES
    return RetentionClass.PERSONS
