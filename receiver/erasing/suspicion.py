"""Whether a closer look is worth it: far quicker than that look, and it lets nothing pass.

Nearly all deliveries are of somebody else and mention nobody. So each is looked through once, as a
whole: what is looked for is the least that every spelling of a contact has in common.
"""

import binascii
import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from analytics.privacy.contacts import FEWEST_DIGITS, latin
from receiver.erasing.spelling import folded_text

_DEEPEST = 3
_NO_DIGITS = bytes(one for one in range(256) if not 0x30 <= one <= 0x39)
# Digits, Latin letters and blanks of other alphabets, and what cannot be seen within a word.
_UNUSUAL = re.compile(
    "(?![0-9])\\d|[\u00ad\u0300-\u036f\u061c\u180b-\u180f\u200b-\u200f\u2060-\u206f\ufe00-\ufeff"
    "\uff00-\uffef\u2460-\u24ff\U0001d400-\U0001d7ff]"
)
_ESCAPED = re.compile(r"\\+u([0-9a-fA-F]{4})|%u([0-9a-fA-F]{4})|\\+x([0-9a-fA-F]{2})")
_ENTITY = re.compile(r"&(?:#|[a-zA-Z]{2,8};)")
_PACKED = re.compile(rb"[A-Za-z0-9+/_-]{10,}")
_PARTS = re.compile(rb"[^_-]{10,}")
_HEX = re.compile(rb"(?:[0-9a-fA-F]{2}){7,}")
_LATIN_WORD = re.compile(r"[a-z]{3,}")
_CHUNK = re.compile(r"[a-z0-9]+")
_URL_SAFE = bytes.maketrans(b"-_", b"+/")
_CP1251_TEXT = re.compile(rb"[\t\n\r\x20-\x7e\xa0\xa8\xab\xb8\xb9\xbb\x96\x97\xc0-\xff]+")
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Suspicion:
    """`ends`: the last digits of phones. `exact`: folded texts, one of which is enough. `names`: of
    each the beginnings of its words and the same in Latin letters, of which so many must be there.
    """

    ends: tuple[bytes, ...]
    exact: tuple[str, ...]
    names: tuple[tuple[tuple[str, ...], frozenset[str]], ...]
    words_needed: int

    @classmethod
    def of(
        cls,
        phones: Iterable[str],
        emails: Iterable[str],
        exact: Iterable[str],
        names: Iterable[tuple[str, ...]],
        words_needed: int,
    ) -> "Suspicion":
        return cls(
            tuple({one[-FEWEST_DIGITS:].encode() for one in phones}),
            tuple({folded_text(one) for one in exact} | {_longest_part(one) for one in emails}),
            tuple((tuple(map(_beginning, words)), frozenset(map(latin, words))) for words in names),
            words_needed,
        )

    def falls_on(self, raw: bytes, deep: int = 0) -> bool:
        """May hold something of the person."""
        if b"\0" in raw:
            return True
        read = raw
        for _ in range(_DEEPEST + 1):
            if self._is_in(read):
                return True
            decoded = _decoded(read)
            if decoded == read:
                break
            read = decoded
        return deep < _DEEPEST and any(self.falls_on(one, deep + 1) for one in _packed(read))

    def _is_in(self, raw: bytes) -> bool:
        digits = raw.translate(None, _NO_DIGITS)
        if any(end in digits for end in self.ends):
            return True
        text = raw.decode(errors="ignore")
        if not text.isascii() and _UNUSUAL.search(text):
            return True
        if self._is_said(text):
            return True
        is_utf_8 = len(text) == len(raw) or text.encode() == raw
        return not is_utf_8 and self._is_said(raw.decode("cp1251", "replace"))

    def _is_said(self, text: str) -> bool:
        folded = text.casefold().replace("ё", "е")
        if any(one in folded for one in self.exact):
            return True
        if not self.names:
            return False
        latins: set[str] | None = None
        for beginnings, in_latin in self.names:
            if sum(one in folded for one in beginnings) >= self.words_needed:
                return True
            if latins is None:
                latins = {latin(word) for word in set(_LATIN_WORD.findall(folded))}
            if len(latins & in_latin) >= min(self.words_needed, len(in_latin)):
                return True
        return False


def _decoded(raw: bytes) -> bytes:
    """Once: what is percent-encoded or escaped in it."""
    if b"%" in raw:
        raw = _unquoted(raw)
    if b"\\" in raw or b"%u" in raw or b"&" in raw:
        text = raw.decode("utf-8", "surrogateescape")
        if "\\" in text or "%u" in text:
            text = _ESCAPED.sub(_unescaped, text)
        if _ENTITY.search(text):
            text = html.unescape(text)
        raw = text.encode("utf-8", "surrogatepass")
    return raw


def _packed(raw: bytes) -> Iterable[bytes]:
    for run in _PACKED.findall(raw):
        # Most are words of URLs: base64 of a text has capitals.
        has_capitals = run != run.lower()
        if has_capitals and not run.isupper():
            yield from _unpacked(run)
            if b"_" in run or b"-" in run:
                for part in _PARTS.findall(run):
                    yield from _unpacked(part)
        if len(run) >= 14 and _HEX.fullmatch(run):
            yield from _texts_alone(bytes.fromhex(run.decode()))


def _unpacked(run: bytes) -> Iterable[bytes]:
    bare = run.translate(_URL_SAFE)
    if len(bare) % 4 != 1:
        yield from _texts_alone(binascii.a2b_base64(bare + b"=" * (-len(bare) % 4)))


def _texts_alone(raw: bytes) -> Iterable[bytes]:
    """Identifiers are random bytes, with characters that are in no text."""
    if 3 * (raw.count(b"\0") + raw.count(b"\4")) > len(raw):
        for encoding in ("utf-16-le", "utf-16-be"):
            yield raw.decode(encoding, "ignore").replace("\0", "").encode()
    elif _CP1251_TEXT.fullmatch(raw) or _is_utf_8(raw):
        yield raw


def _is_utf_8(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return _CONTROL.search(raw) is None


def _unquoted(raw: bytes) -> bytes:
    try:
        # Python's own escapes are read in C.
        escaped = raw.replace(b"\\", b"\\\\").replace(b"%", b"\\x")
        return escaped.decode("unicode_escape").encode("latin-1")
    except UnicodeError:
        return unquote_to_bytes(raw)


def _longest_part(email: str) -> str:
    """Of its name, which is written in one way alone but for capitals."""
    name = folded_text(email).rpartition("@")[0]
    return max([*_CHUNK.findall(name), ""], key=len) or name


def _beginning(word: str) -> str:
    return word[:-1] if len(word) > 3 else word


def _unescaped(escape: re.Match[str]) -> str:
    return chr(int(escape[1] or escape[2] or escape[3], 16))
