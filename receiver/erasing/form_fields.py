"""The fields of a form: names and values, percent-encoded or not."""

import re
from collections import Counter
from collections.abc import Iterator

from receiver.decode.charset import BOM, CP1251, best_text
from receiver.decode.forms import BRACKETED, IN_BRACKETS, PHONE
from receiver.erasing.field import FieldPath, RawField
from receiver.erasing.spelling import Spelling

_CHUNK = re.compile(r"[^&]+")
_UNIT = re.compile(r"%[0-9A-Fa-f]{2}|.", re.DOTALL)


def form_fields(text: str, start: int = 0, end: int | None = None) -> Iterator[RawField]:
    """`text`: its bytes, a character each; those from `start` to before `end` are the form."""
    counted: Counter[FieldPath] = Counter()
    for chunk in _CHUNK.finditer(text, start, len(text) if end is None else end):
        name, equals, value = chunk[0].partition("=")
        read = form_spelling(name, chunk.start())
        path = path_of(read.text, counted)
        middle = chunk.start() + len(name)
        yield RawField(path, read, chunk.start(), middle, "form", is_name=True)
        if equals:
            first = middle + 1
            yield RawField(path, form_spelling(value, first), first, chunk.end(), "form")


def path_of(name: str, counted: Counter[FieldPath]) -> FieldPath:
    """`counted`: how many keys were left empty at each place."""
    match = BRACKETED.fullmatch(name) if "[" in name else None
    if match is None:
        return (name,)
    path: FieldPath = (match[1],)
    for key in IN_BRACKETS.findall(match[2]):
        if not key:
            counted[path] += 1
        path = (*path, key or f"#{counted[path]}")
    return path


def form_spelling(written: str, start: int) -> Spelling:
    """As receiver/decode reads it."""
    is_plus = PHONE.match(written) is not None
    if written.isascii() and "%" not in written and ("+" not in written or is_plus):
        places = range(start, start + len(written))
        return Spelling(written, places, range(start + 1, start + len(written) + 1))
    raw, starts, ends = bytearray(), [], []
    for place, unit in enumerate(_UNIT.finditer(written)):
        if len(unit[0]) == 3:
            raw.append(int(unit[0][1:], 16))
        elif unit[0] == "+" and not (is_plus and not place):
            raw.append(0x20)
        else:
            raw.append(ord(unit[0]))
        starts.append(start + unit.start())
        ends.append(start + unit.end())
    return text_spelling(bytes(raw), starts, ends)


def text_spelling(raw: bytes, starts: list[int], ends: list[int]) -> Spelling:
    """The text of bytes of which it is known where each is written."""
    try:
        text, encoding = raw.decode(), "utf-8"
    except UnicodeDecodeError:
        is_cp1251 = best_text(raw)[1] == CP1251
        encoding = "cp1251" if is_cp1251 else "utf-8"
        text = raw.decode(encoding, "surrogateescape")
    firsts, lasts, at = [], [], 0
    for character in text:
        width = len(character.encode(encoding, "surrogateescape"))
        firsts.append(starts[at])
        lasts.append(ends[at + width - 1])
        at += width
    return _without_marks(Spelling(text, firsts, lasts))


def _without_marks(spelling: Spelling) -> Spelling:
    bare = spelling.text.strip(BOM)
    if bare == spelling.text:
        return spelling
    first = len(spelling.text) - len(spelling.text.lstrip(BOM))
    there = slice(first, first + len(bare))
    return Spelling(bare, spelling.starts[there], spelling.ends[there])
