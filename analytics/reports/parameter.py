"""A parameter of a report or a page, besides the filters: how it is written, and what it means."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

LONGEST_TEXT = 255
LINE = r"^[^\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]*$"
"""A text of one line, all of which can be seen."""
_LINE = re.compile(LINE)
_MOST_NUMBERS = 1000
_INSTANT = ("2026-11-20T14:30:00+03:00",)


@dataclass(frozen=True, slots=True)
class ReportParameter:
    """What a report takes besides the filters, `$name` in its SQL.

    A whole number from `least` to `most`, or one of `choices`, or an instant: a datetime in ISO
    8601 with its offset, or (`is_text`) any text of one line. `is_several`: any of the choices, a
    tuple, written with commas between; `is_numbers`: whole numbers, a list, likewise. `is_place`:
    it says which part of the rows to give; who wants all of them leaves it out.
    """

    name: str
    default: Any
    least: int = 0
    most: int = 2**31 - 1
    choices: tuple[str, ...] = ()
    is_instant: bool = False
    is_text: bool = False
    is_several: bool = False
    is_numbers: bool = False
    is_place: bool = False

    def read(self, written: str) -> Any:
        """Raises `BadParameter`."""
        if self.is_several:
            return self._several(written)
        if self.is_numbers:
            return self._numbers(written)
        if self.choices:
            if written in self.choices:
                return written
            raise BadParameter(self.name, written, self.choices)
        if self.is_instant:
            return self._instant(written)
        if self.is_text:
            return self._text(written)
        return self._number(written)

    def _number(self, written: str) -> int:
        is_number = written.isascii() and written.isdigit() and len(written) <= 19
        if is_number and self.least <= int(written) <= self.most:
            return int(written)
        raise BadParameter(self.name, written, (f"{self.least}…{self.most}",))

    def _numbers(self, written: str) -> list[int]:
        parts = written.split(",")
        if len(parts) > _MOST_NUMBERS:
            raise BadParameter(self.name, written, (f"at most {_MOST_NUMBERS} numbers",))
        return [self._number(part) for part in parts]

    def _several(self, written: str) -> tuple[str, ...]:
        names = tuple(dict.fromkeys(written.split(",")))
        for name in names:
            if name not in self.choices:
                raise BadParameter(self.name, name, self.choices)
        return names

    def _text(self, written: str) -> str:
        if len(written) > LONGEST_TEXT or not _LINE.fullmatch(written):
            raise BadParameter(self.name, written, (f"at most {LONGEST_TEXT} characters",))
        return written

    def _instant(self, written: str) -> datetime:
        try:
            found = datetime.fromisoformat(written)
        except ValueError as error:
            raise BadParameter(self.name, written, _INSTANT) from error
        if found.tzinfo is None:
            raise BadParameter(self.name, written, _INSTANT)
        return found


class BadParameter(ValueError):
    """A report's own parameter does not read; `expected` is what would."""

    def __init__(self, name: str, value: str, expected: Sequence[str]) -> None:
        super().__init__(f"{name}={value}: expected {', '.join(expected)}")
        self.name = name
        self.value = value
        self.expected = tuple(expected)
