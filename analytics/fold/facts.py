"""What the deliveries of a lead tell in whatever order they are taken."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from analytics.fold.delivery import DecodedDelivery, sending_stamp
from analytics.fold.order import CallStart, is_start, start_of
from analytics.parameters import GIVES_WAY


@dataclass(slots=True)
class Facts:
    """Instants in microseconds of the epoch. `first_stamp`: the earliest sendingTimestamp of a
    webhook. `worded`, `api_words`: the fields in which the API gives way that a webhook has carried
    with a value, and that the API has carried at all."""

    count: int = 0
    last_id: int = 0
    first_received_at: int = 0
    last_received_at: int = 0
    last_sent_at: int = 0
    first_stamp: int | None = None
    first_start: CallStart | None = None
    worded: set[str] = field(default_factory=set)
    api_words: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, deliveries: Iterable[DecodedDelivery]) -> "Facts":
        facts = cls()
        for one in deliveries:
            facts.add(one)
        return facts

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Facts":
        start = stored["first_start"]
        sets = {name: set(stored[name]) for name in ("worded", "api_words")}
        return cls(**{**stored, **sets, "first_start": start and CallStart(*start)})

    def as_json(self) -> dict[str, Any]:
        plain = {name: getattr(self, name) for name in self.__slots__}
        plain["first_start"] = self.first_start and list(self.first_start)
        return {**plain, "worded": sorted(self.worded), "api_words": sorted(self.api_words)}

    def copy(self) -> "Facts":
        return Facts.from_json(self.as_json())

    def changes_meaning_of(self, before: "Facts") -> bool:
        """Whether what was folded knowing only `before` has to be folded again: a call has another
        first start, or a webhook has carried what until then the API alone had."""
        worded = self.worded - before.worded
        return self.first_start != before.first_start or bool(worded & before.api_words)

    def add(self, one: DecodedDelivery) -> None:
        self._add_times(one)
        if is_start(one):
            start = start_of(one)
            self.first_start = min(self.first_start or start, start)
        for name in GIVES_WAY:
            if name not in one.lead:
                continue
            if one.origin == "api":
                self.api_words.add(name)
            elif one.lead[name] is not None:
                self.worded.add(name)

    def _add_times(self, one: DecodedDelivery) -> None:
        received_at = one.received_at
        if not self.count or received_at < self.first_received_at:
            self.first_received_at = received_at
        self.count += 1
        self.last_id = max(self.last_id, one.delivery_id)
        self.last_received_at = max(self.last_received_at, received_at)
        self.last_sent_at = max(self.last_sent_at, one.sent_at)
        is_earliest = self.first_stamp is None or one.sent_at < self.first_stamp
        if is_earliest and one.origin == "webhook":
            stamp = sending_stamp(one.params, received_at)
            if stamp is not None:
                self.first_stamp = stamp
