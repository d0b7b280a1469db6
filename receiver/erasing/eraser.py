"""Erasing over deliveries, texts and documents. Pure: nothing is read or written here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from receiver.decode.packed import unpack
from receiver.erasing.ending import LeadEnding, mentioned
from receiver.erasing.field import FieldPath, RawField
from receiver.erasing.fields import Ended, rewritten
from receiver.erasing.mentions import Mentions
from receiver.erasing.person import Person
from receiver.erasing.searching import Searching
from receiver.erasing.spelling import Replacement
from receiver.erasing.stand_ins import StandIns
from receiver.erasing.told import params_of, person_in
from receiver.inbox.delivery import Delivery

Renames = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Eraser:
    """Of one person. `renames`: per webhook, the account's names of parameters to Calltouch's.
    `number`: what stands for the person, where nothing else is known of them any more.

    What nothing is to be erased of is given back as it is, the same object.
    """

    key: bytes
    person: Person
    renames: Renames = field(default_factory=dict)
    number: int | None = None

    def own(self, delivery: Delivery, is_saved: bool = False) -> Delivery:
        """One of a lead of the person's: whatever is personal in it ends. `is_saved`: its body is
        what a store knew of it (receiver/digest/archive/saved.py)."""
        told = person_in(params_of(delivery, self.renames.get(delivery.webhook, {}), is_saved))
        person = self.person | told
        searching = self._own_searching if person == self.person else self._search(person, own=True)
        ending = LeadEnding(self._stand_ins, searching)
        return self._erased(delivery, ending.ended, searching, is_saved)

    def mentions(self, delivery: Delivery, is_saved: bool = False) -> Delivery:
        """Any other one: the person's own contacts and full name alone."""
        if not self.may_mention(delivery):
            return delivery
        stand_ins, searching = self._stand_ins, self._searching

        def ended(one: RawField, texts: Mapping[FieldPath, str]) -> Iterable[Replacement]:
            return mentioned(one, texts, stand_ins, searching)

        return self._erased(delivery, ended, searching, is_saved)

    def text(self, text: str) -> str:
        """Any text that somebody wrote, of any table."""
        return self._searching.without(text)

    def document(self, value: Any) -> Any:
        """Texts, numbers, lists and objects, at any depth."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, bool) or value is None:
            return value
        if isinstance(value, int):
            written = str(value)
            erased = self.text(written)
            return value if erased == written else _number(erased)
        if isinstance(value, list):
            erased_list = [self.document(one) for one in value]
            return value if _same(value, erased_list) else erased_list
        if isinstance(value, dict):
            erased_object = {self.document(k): self.document(v) for k, v in value.items()}
            is_same = list(value) == list(erased_object) and _same(
                list(value.values()), list(erased_object.values())
            )
            return value if is_same else erased_object
        return value

    def may_mention(self, delivery: Delivery) -> bool:
        """Whether a closer look is needed; far quicker than that look."""
        head = f"{delivery.path} {delivery.content_type} ".encode()
        body = unpack(delivery.body, {}) or delivery.body
        falls_on = self._searching.mentions.suspicion.falls_on
        return any(map(falls_on, (delivery.query, body, head + delivery.headers)))

    def _erased(
        self, delivery: Delivery, ended: Ended, searching: Searching, is_saved: bool
    ) -> Delivery:
        """By its fields, and then whatever is left, by its bytes: in what cannot be read as fields
        that is everything."""
        rename = None if is_saved else self.renames.get(delivery.webhook, {})
        query, body = rewritten(delivery, rename, ended, searching.without_bytes)
        erased = replace(
            delivery,
            query=query,
            body=body,
            headers=searching.without_bytes(delivery.headers),
            path=searching.without(delivery.path),
            content_type=searching.without(delivery.content_type),
        )
        return delivery if erased == delivery else erased

    @cached_property
    def _stand_ins(self) -> StandIns:
        if self.number is not None:
            return StandIns(self.key, self.number)
        return StandIns.of(self.key, self.person)

    @cached_property
    def _searching(self) -> Searching:
        return self._search(self.person, own=False)

    @cached_property
    def _own_searching(self) -> Searching:
        return self._search(self.person, own=True)

    def _search(self, person: Person, own: bool) -> Searching:
        return Searching(Mentions(self.key, person, self._stand_ins, own))


def _number(erased: str) -> int | str:
    return int(erased) if erased.lstrip("-").isdecimal() else erased


def _same(before: list[Any], after: list[Any]) -> bool:
    return all(one is two for one, two in zip(before, after, strict=True))
