"""What the value of a parameter must look like, and what it then is in a column."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache

Read = Callable[[str], object]
"""The value that a text is written for; None if it does not fit."""

_WHOLE = re.compile(r"[+-]?[0-9]{1,19}")
_WHOLE_TYPES = ("smallint", "integer", "bigint")
_LOCAL = re.compile(
    r"(\d{1,4})-(\d{1,2})-(\d{1,2})(?:[ T](\d{1,2}):(\d{1,2}):(\d{1,2})| (\d{1,2}):(\d{1,2}))"
)
# Calltouch is younger: what lies before it is the empty date of some program (0, 0001-01-01,
# 1753-01-01, 1900-01-01, 1970-01-01).
_FIRST_YEAR = 2008
_FIRST_SECOND = 1_199_145_600
# The last second of the year 9999.
_LAST_SECOND = 253_402_300_799


@dataclass(frozen=True, slots=True)
class ValueKind:
    """`duckdb`: the type of its column. `read` is None for texts, which always fit, and for lists,
    which no text is."""

    name: str
    duckdb: str
    read: Read | None = None

    @property
    def is_whole(self) -> bool:
        """Whether it is a number."""
        return self.duckdb in _WHOLE_TYPES


def whole_number(written: str | None, bits: int = 64) -> int | None:
    """The number that is written there; None for anything else, 12.7 and 1e3 among it."""
    if written is None:
        return None
    written = written.strip(" ")
    if not _WHOLE.fullmatch(written) or not written.isascii():
        return None
    number = int(written)
    return number if -(1 << bits - 1) <= number < 1 << bits - 1 else None


def instant(written: str | None) -> int | None:
    """Microseconds of the epoch, from Unix seconds of the years 2008 to 9999."""
    seconds = whole_number(written)
    if seconds is None or not _FIRST_SECOND <= seconds <= _LAST_SECOND:
        return None
    return seconds * 1_000_000


def local_time(written: str) -> datetime | None:
    """`2026-11-21 12:00:00`, with a T between or without seconds, of the year 2008 or later."""
    found = _LOCAL.fullmatch(written.strip(" ")) if written.isascii() else None
    if found is None:
        return None
    try:
        moment = datetime(*(int(digits) for digits in found.groups() if digits is not None))  # type: ignore[arg-type]
    except ValueError:
        return None
    return moment if moment.year >= _FIRST_YEAR else None


def _whole(duckdb: str, bits: int) -> ValueKind:
    read = lru_cache(1 << 14)(lambda written: whole_number(written, bits))
    return ValueKind(duckdb, duckdb, read)


TEXT = ValueKind("text", "varchar")
LIST = ValueKind("list", "varchar")
SMALLINT = _whole("smallint", 16)
INTEGER = _whole("integer", 32)
BIGINT = _whole("bigint", 64)
INSTANT = ValueKind("instant", "timestamptz", lru_cache(1 << 14)(instant))
LOCAL_TIME = ValueKind("local time", "timestamp", lru_cache(1 << 14)(local_time))
_KINDS = {kind.name: kind for kind in (TEXT, LIST, SMALLINT, INTEGER, BIGINT, INSTANT, LOCAL_TIME)}


@cache
def kind_named(name: str) -> ValueKind:
    """`x or y` is one of two words, true and false in a column; raises `ValueError`."""
    if name in _KINDS:
        return _KINDS[name]
    yes, _, no = name.partition(" or ")
    if not yes or not no:
        raise ValueError(f"no kind of value: {name}")
    return ValueKind(name, "boolean", {yes: True, no: False}.get)
