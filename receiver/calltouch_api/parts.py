"""Reads as much of an export record as possible. Pure: no I/O, no clock.

No part of a record is guaranteed to have its usual form. An unreadable part is reported and leaves
its field alone, so it never empties one. `null` is how Calltouch omits a part.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

Record = dict[str, Any]
Params = dict[str, Any]

_WHOLE = re.compile(r"[+-]?[0-9]{1,19}", re.ASCII)
_TIMES = ("%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S")
_FLAGS = {"true": True, "false": False, "1": True, "0": False}
# Calltouch is not older; earlier dates are some software's way to write “no date”.
_FIRST_YEAR = 2008


def whole(value: Any) -> int | None:
    """A 64-bit integer, also as text or as 12.0; None for anything else."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    text = str(value).strip()
    if not _WHOLE.fullmatch(text):
        return None
    return number if -(1 << 63) <= (number := int(text)) < 1 << 63 else None


def local_time(value: Any) -> datetime | None:
    """`15/09/2023  9:05:03`: the hour may lack its zero. None for what no lead can have, too."""
    if not isinstance(value, str):
        return None
    for layout in _TIMES:
        try:
            moment = datetime.strptime(" ".join(value.split()), layout)
        except ValueError:
            continue
        return moment if moment.year >= _FIRST_YEAR else None
    return None


def scalar(value: Any) -> Any:
    """Text, a number, a flag or None; raises `ValueError` for a list or an object."""
    if isinstance(value, float):
        if not value.is_integer():
            raise ValueError(value)
        return int(value)
    if not isinstance(value, str | int | None):
        raise ValueError(type(value).__name__)
    return value


def text(value: Any) -> str:
    """Empty for anything but text and numbers."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    number = whole(value) if isinstance(value, float) else None
    return str(value if number is None else number).strip()


class RecordReader:
    """Reads one record, or an object in it. `odd` collects the names of unreadable parts, prefixed
    with `inside`."""

    def __init__(self, record: Record, odd: set[str], inside: str = "") -> None:
        self.record = record
        self.odd = odd
        self.inside = inside

    def note(self, theirs: str) -> None:
        self.odd.add(f"{self.inside}{theirs}")

    def is_odd(self, theirs: str) -> bool:
        return f"{self.inside}{theirs}" in self.odd

    def scalars(self, names: Mapping[str, str]) -> Params:
        """`names`: ours, and the record's."""
        return self._read(names, scalar)

    def numbers(self, names: Mapping[str, str]) -> Params:
        return self._read(names, _number)

    def flag(self, theirs: str) -> bool | None:
        value = self.record.get(theirs)
        flag = (
            _FLAGS.get(str(value).strip().lower()) if isinstance(value, bool | int | str) else None
        )
        if flag is None and value not in (None, ""):
            self.note(theirs)
        return flag

    def word(self, theirs: str, name: str, if_true: object, if_false: object) -> Params:
        flag = self.flag(theirs)
        return {} if flag is None else {name: if_true if flag else if_false}

    def model(self, theirs: str) -> int | None:
        """Attribution model: 1 or 0."""
        value = self.record.get(theirs)
        number = whole(value)
        if value is not None and number not in (0, 1):
            self.note(theirs)
        return number if number in (0, 1) else None

    def moment(self, theirs: str, name: str) -> Params:
        """In the format of webhooks: `2023-09-15 09:05:03`."""
        value = self.record.get(theirs)
        moment = local_time(value)
        if moment is None and value not in (None, ""):
            self.note(theirs)
        return {} if moment is None else {name: moment.isoformat(" ")}

    def part(self, theirs: str) -> "RecordReader | None":
        """An object in the record."""
        value = self.record.get(theirs)
        if isinstance(value, dict):
            return RecordReader(value, self.odd, f"{self.inside}{theirs}.")
        if value is not None:
            self.note(theirs)
        return None

    def each(self, theirs: str, read: Callable[[Any], Any]) -> list[Any] | None:
        """The items of a list, converted by `read`; items for which it raises are left out. None
        if there is no list, or nothing in it can be read."""
        value = self.record.get(theirs)
        if value is None:
            return None
        if not isinstance(value, list):
            self.note(theirs)
            return None
        items = []
        for item in value:
            try:
                items.append(read(item))
            except (ValueError, TypeError, KeyError):
                self.note(theirs)
        return items if items or value == [] else None

    def _read(self, names: Mapping[str, str], read: Callable[[Any], Any]) -> Params:
        values = {}
        for name, theirs in names.items():
            if theirs in self.record:
                try:
                    values[name] = read(self.record[theirs])
                except ValueError:
                    self.note(theirs)
        return values


def _number(value: Any) -> Any:
    number = whole(value)
    if number is None and value not in (None, ""):
        raise ValueError(value)
    return number


def an_object(item: Any) -> Record:
    if not isinstance(item, dict):
        raise ValueError(type(item).__name__)
    return item
