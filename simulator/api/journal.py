"""Every request served, so that tests can check what a client really did."""

from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date
from threading import Lock
from typing import Any

MOST_ENTRIES = 100_000
TOKEN_NAMES = ("clientApiId", "access_token")
_MASKED = "***"


@dataclass(frozen=True, slots=True)
class ExportQuery:
    """What an answered export covered. `page` None: the answer was a bare array."""

    lead_type: str
    site_id: int
    days: tuple[date, ...]
    page: int | None
    records: int


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """`at`: arrival in monotonic seconds. `status` 0: no answer. `fault`: its kind, if any.

    The token is not stored.
    """

    at: float
    address: str
    method: str
    path: str
    query: dict[str, str]
    status: int
    fault: str | None = None
    fetched: ExportQuery | None = None


@dataclass(slots=True)
class Journal:
    """The last 100,000 requests, without control requests."""

    _entries: deque[JournalEntry] = field(default_factory=lambda: deque(maxlen=MOST_ENTRIES))
    _lock: Lock = field(default_factory=Lock)

    def add(self, entry: JournalEntry) -> None:
        with self._lock:
            self._entries.append(entry)

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()

    @property
    def entries(self) -> list[JournalEntry]:
        """By time of arrival."""
        with self._lock:
            return sorted(self._entries, key=lambda entry: entry.at)

    @property
    def statuses(self) -> Counter[int]:
        return Counter(entry.status for entry in self.entries)

    @property
    def most_in_a_second(self) -> int:
        """The most arrivals from one address in any second, including refused ones."""
        by_address: dict[str, list[float]] = {}
        for entry in self.entries:
            by_address.setdefault(entry.address, []).append(entry.at)
        return max((_most_in_a_second(arrivals) for arrivals in by_address.values()), default=0)

    @property
    def days(self) -> Counter[tuple[str, int, date]]:
        """How often each day of each export was fetched; only first pages count."""
        fetched = (entry.fetched for entry in self.entries if entry.fetched)
        return Counter(
            (query.lead_type, query.site_id, day)
            for query in fetched
            if query.page in (None, 1)
            for day in query.days
        )

    def as_document(self) -> dict[str, Any]:
        days = sorted(self.days.items())
        return {
            "requests": [asdict(entry) for entry in self.entries],
            "statuses": {str(status): count for status, count in sorted(self.statuses.items())},
            "most_in_a_second": self.most_in_a_second,
            "days": [
                {"lead_type": kind, "site_id": site, "day": day, "times": times}
                for (kind, site, day), times in days
            ],
        }


def masked(query: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {name: _MASKED if name in TOKEN_NAMES else value for name, value in query}


def _most_in_a_second(arrivals: list[float]) -> int:
    first = most = 0
    for last, at in enumerate(arrivals):
        while arrivals[first] <= at - 1.0:
            first += 1
        most = max(most, last - first + 1)
    return most
