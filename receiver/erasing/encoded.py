"""Texts inside texts: what is percent-encoded or escaped reads as something else, and base64 and
hexadecimal digits may hold a whole text."""

import base64
import binascii
import re
from collections.abc import Iterator
from html import unescape

from receiver.erasing.spelling import Spelling

_MOST_LAYERS = 3
_ESCAPE = re.compile(
    r"(?:%[0-9a-f]{2})+|%u[0-9a-f]{4}|\\u[0-9a-f]{4}|\\x[0-9a-f]{2}|\\[\"\\/bfnrt]"
    r"|&\#\d{1,7};|&\#x[0-9a-f]{1,6};|&[a-z]{2,8};",
    re.IGNORECASE,
)
_MAY_BE_ESCAPED = re.compile(r"[%\\&]")
_BACKSLASHED = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


def layers(text: str) -> Iterator[Spelling]:
    """The text itself, and as it reads when it is decoded once, twice, three times."""
    spelling = Spelling.plain(text)
    yield spelling
    for _ in range(_MOST_LAYERS):
        if not _MAY_BE_ESCAPED.search(spelling.text):
            return
        decoded = unescaped(spelling)
        if decoded is None:
            return
        spelling = decoded
        yield spelling


def unescaped(spelling: Spelling) -> Spelling | None:
    """None where nothing is escaped."""
    text = spelling.text
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    at = 0
    for found in _ESCAPE.finditer(text):
        pieces.append(text[at : found.start()])
        starts += spelling.starts[at : found.start()]
        ends += spelling.ends[at : found.start()]
        at = found.end()
        for character, start, end in _read(found[0]):
            pieces.append(character)
            where = spelling.stretch(found.start() + start, found.start() + end)
            starts.append(where[0])
            ends.append(where[1])
    if not at:
        return None
    pieces.append(text[at:])
    starts += spelling.starts[at:]
    ends += spelling.ends[at:]
    return Spelling("".join(pieces), starts, ends)


def _read(escape: str) -> Iterator[tuple[str, int, int]]:
    """The characters of an escape, and where in it each is written."""
    if escape[0] == "%" and escape[1] not in "uU":
        yield from characters_of(bytes.fromhex(escape.replace("%", "")), 3)
    else:
        read = _one(escape)
        # A named entity may be two characters, and one that nobody knows stays as it is.
        for character in read:
            yield character, 0, len(escape)


def _one(escape: str) -> str:
    if escape[0] == "&":
        return unescape(escape)
    if escape[1] in "uUxX" and len(escape) > 2:
        return chr(int(escape[2:], 16))
    return _BACKSLASHED.get(escape[1], escape[1])


def characters_of(raw: bytes, width: int) -> Iterator[tuple[str, int, int]]:
    """Of bytes that are each written in so many characters: UTF-8, else cp1251."""
    try:
        text, one_each = raw.decode(), False
    except UnicodeDecodeError:
        text, one_each = raw.decode("cp1251", "replace"), True
    at = 0
    for character in text:
        length = width if one_each else width * len(character.encode())
        yield character, at, at + length
        at += length


_HEX = re.compile(r"(?<![0-9a-fA-F])(?:[0-9a-fA-F]{2}){7,}(?![0-9a-fA-F])")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{10,}={0,2}")
_BETWEEN = re.compile(r"[^_-]{10,}")


def packed_texts(text: str) -> Iterator[tuple[int, int, bytes, str]]:
    """Stretches of base64 or hexadecimal digits, the bytes they hold, and which of both it is."""
    for found in _HEX.finditer(text):
        yield *found.span(), bytes.fromhex(found[0]), "hex"
    for found in _BASE64.finditer(text):
        yield from _unpacked(text, *found.span())
        if "_" in found[0] or "-" in found[0]:
            for part in _BETWEEN.finditer(text, *found.span()):
                yield from _unpacked(text, *part.span())


def _unpacked(text: str, start: int, end: int) -> Iterator[tuple[int, int, bytes, str]]:
    written = text[start:end].translate(_STANDARD)
    bare = written.rstrip("=")
    if len(bare) % 4 == 1:
        return
    try:
        raw = base64.b64decode(bare + "=" * (-len(bare) % 4))
    except (binascii.Error, ValueError):
        return
    yield start, end, raw, "base64"


_STANDARD = str.maketrans("-_", "+/")
_URL_SAFE = str.maketrans("+/", "-_")


def packed_like(raw: bytes, written: str, kind: str) -> str:
    """The bytes in the same form as what was written."""
    if kind == "hex":
        return raw.hex().upper() if written.isupper() else raw.hex()
    packed = base64.b64encode(raw).decode()
    if "-" in written or "_" in written:
        packed = packed.translate(_URL_SAFE)
    return packed if written.endswith("=") or "=" in written else packed.rstrip("=")
