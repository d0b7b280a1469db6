"""One field of a raw delivery: what it says, and where that is written."""

import base64
import quopri
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

from receiver.erasing.spelling import Replacement, Spelling, spliced

FieldPath = tuple[str, ...]
"""The name of the parameter, then the keys below it."""

Syntax = Literal["form", "quoted", "bare", "plain", "base64", "quoted-printable"]
"""How it is written: in a form, between the quotes of a JSON text, as a number or a word of JSON,
as it is, or as a part of an old client's multipart body."""
_WHOLE = ("bare", "base64", "quoted-printable")


@dataclass(frozen=True, slots=True)
class RawField:
    """`spelling`: of the raw text that it stands in, from `start` to before `end`. `is_name`: it is
    no value, but the name of one."""

    path: FieldPath
    spelling: Spelling
    start: int
    end: int
    syntax: Syntax
    is_name: bool = False

    @property
    def text(self) -> str:
        return self.spelling.text

    def written(self, replacements: Iterable[Replacement]) -> Iterator[Replacement]:
        """The same in the raw text, of replacements in the field's own."""
        those = list(replacements)
        if self.syntax in _WHOLE and those:
            new = spliced(self.text, those)
            yield Replacement(self.start, self.end, _as_written(new, self.syntax))
            return
        for one in those:
            if (one.start, one.end) == (0, len(self.text)):
                start, end = self.start, self.end
            else:
                start, end = self.spelling.stretch(one.start, one.end)
            yield Replacement(start, end, _as_written(one.text, self.syntax))


def _as_written(text: str, syntax: Syntax) -> str:
    """Of stand-ins, numbers and digits of base64 alone: nothing else is ever put in."""
    if syntax == "form":
        return quote(text, safe=":")
    if syntax == "bare":
        return text if text.lstrip("-").isdecimal() else f'"{text}"'
    if syntax == "base64":
        return base64.b64encode(text.encode()).decode()
    if syntax == "quoted-printable":
        return quopri.encodestring(text.encode()).decode()
    return text
