"""The search for mentions of a person through texts and bytes, in whatever encoding."""

import re
from dataclasses import dataclass
from functools import partial

from receiver.erasing.encoded import layers, packed_like, packed_texts
from receiver.erasing.mentions import Mentions, NamesSought
from receiver.erasing.spelling import Replacement, apart, spliced

_MOST_PACKED = 3
"""How deep one text lies in another."""
# Of two bytes each, Latin and Russian letters, digits and signs, as Windows writes them.
_WIDE = (
    (re.compile(rb"(?:[\x00-\xff][\x00\x04]){5,}"), "utf-16-le"),
    (re.compile(rb"(?:[\x00\x04][\x00-\xff]){5,}"), "utf-16-be"),
)


@dataclass(frozen=True, slots=True)
class Searching:
    """For one person."""

    mentions: Mentions

    def without(self, text: str, names: NamesSought = NamesSought.FULL) -> str:
        return spliced(text, self.replacements(text, names))

    def replacements(self, text: str, names: NamesSought, deep: int = 0) -> list[Replacement]:
        found: list[Replacement] = []
        for spelling in layers(text):
            found += self.mentions.contacts(spelling)
            found += self.mentions.names(spelling, names)
            if deep < _MOST_PACKED:
                for start, end, raw, kind in packed_texts(spelling.text):
                    erased = self.without_bytes(raw, names, deep + 1)
                    if erased != raw:
                        packed = packed_like(erased, spelling.text[start:end], kind)
                        found.append(Replacement(*spelling.stretch(start, end), packed))
        return apart(found)

    def without_bytes(
        self, raw: bytes, names: NamesSought = NamesSought.FULL, deep: int = 0
    ) -> bytes:
        if b"\0" in raw:
            for pattern, codec in _WIDE:
                raw = pattern.sub(partial(self._wide, codec, names), raw)
        if raw.isascii():
            return self._without(raw, "ascii", names, deep)
        for codec in ("utf-8", "cp1251"):
            raw = self._without(raw, codec, names, deep)
        return raw

    def _without(self, raw: bytes, codec: str, names: NamesSought, deep: int) -> bytes:
        text = raw.decode(codec, "surrogateescape")
        found = self.replacements(text, names, deep)
        return spliced(text, found).encode(codec, "surrogateescape") if found else raw

    def _wide(self, codec: str, names: NamesSought, wide: re.Match[bytes]) -> bytes:
        raw = wide[0]
        text = raw.decode(codec, "surrogatepass")
        found = self.replacements(text, names, _MOST_PACKED)
        return spliced(text, found).encode(codec, "surrogatepass") if found else raw
