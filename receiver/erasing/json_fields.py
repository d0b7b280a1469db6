"""The fields of a JSON object, in the text that it is written in."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from receiver.erasing.field import FieldPath, RawField
from receiver.erasing.form_fields import text_spelling
from receiver.erasing.spelling import Spelling

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
_UNIT = re.compile(
    r"\\u(d[89ab][0-9a-f]{2})\\u(d[c-f][0-9a-f]{2})|\\u([0-9a-f]{4})|\\(.)|.",
    re.DOTALL | re.IGNORECASE,
)
_BACKSLASHED = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_BAD_BYTE = re.compile("[\udc80-\udcff]")


@dataclass(slots=True)
class _Level:
    """An object or a list, and where in it we are."""

    path: FieldPath
    is_list: bool
    place: int = 0
    key: str | None = None

    def below(self) -> FieldPath:
        return (*self.path, str(self.place) if self.is_list else self.key or "")


def json_fields(text: str) -> Iterator[RawField]:
    """Of a text that `receiver.decode` reads as an object; bad bytes in it are surrogates."""
    levels: list[_Level] = []
    for token in _TOKEN.finditer(text):
        first, level = token[0][0], levels[-1] if levels else None
        if first in "{[":
            levels.append(_Level(level.below() if level else (), first == "["))
        elif first in "}]":
            levels.pop()
        elif first == "," and level:
            level.place += 1
            level.key = None
        elif first != ":" and level:
            field = _field(token, level)
            yield field
            if field.is_name:
                level.key = field.text


def _field(token: re.Match[str], level: _Level) -> RawField:
    is_name = not level.is_list and level.key is None
    if token[0][0] != '"':
        start, end = token.span()
        spelling = Spelling(token[0], range(start, end), range(start + 1, end + 1))
        return RawField(level.below(), spelling, start, end, "bare")
    start, end = token.start() + 1, token.end() - 1
    spelling = _quoted(token[0][1:-1], start)
    path = (*level.path, spelling.text) if is_name else level.below()
    return RawField(path, spelling, start, end, "quoted", is_name)


def _quoted(written: str, start: int) -> Spelling:
    pieces, starts, ends = [], [], []
    for unit in _UNIT.finditer(written):
        pieces.append(_character(unit))
        starts.append(start + unit.start())
        ends.append(start + unit.end())
    text = "".join(pieces)
    if not _BAD_BYTE.search(text):
        return Spelling(text, starts, ends)
    raw, firsts, lasts = bytearray(), [], []
    for character, first, last in zip(text, starts, ends, strict=True):
        those = character.encode(
            "utf-8", "surrogateescape" if _BAD_BYTE.match(character) else "replace"
        )
        raw += those
        firsts += [first] * len(those)
        lasts += [last] * len(those)
    return text_spelling(bytes(raw), firsts, lasts)


def _character(unit: re.Match[str]) -> str:
    high, low, alone, escaped = unit.groups()
    if high:
        return (bytes.fromhex(high) + bytes.fromhex(low)).decode("utf-16-be")
    if alone:
        return chr(int(alone, 16))
    return _BACKSLASHED.get(escaped, escaped) if escaped else unit[0]
