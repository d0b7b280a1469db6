"""The search for mentions of a person through texts and bytes, in whatever encoding."""

import re
from dataclasses import dataclass
from functools import partial

from receiver.erasing.encoded import layers, packed_like, packed_texts
from receiver.erasing.mentions import Mentions, NamesSought
from receiver.erasing.spelling import Replacement, apart, spliced

_MOST_PACKED = 3
"""How deep one text lies in another."""
# Of two bytes each, as Windows writes letters, digits and signs. Whichever begins first is meant.
_UPPER = rb"[\x00\x01\x04-\x06\x20\x21\xfe\xff]"
_WIDE = re.compile(rb"((?:%b[\x00-\xff]){5,})|((?:[\x00-\xff]%b){5,})" % (_UPPER, _UPPER))


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
                    if not self.mentions.suspicion.falls_on(raw):
                        continue
                    erased = self.without_bytes(raw, names, deep + 1)
                    if erased != raw:
                        packed = packed_like(erased, spelling.text[start:end], kind)
                        found.append(Replacement(*spelling.stretch(start, end), packed))
        return apart(found)

    def without_bytes(
        self, raw: bytes, names: NamesSought = NamesSought.FULL, deep: int = 0
    ) -> bytes:
        if b"\0" in raw:
            raw = _WIDE.sub(partial(self._wide, names), raw)
        if raw.isascii():
            return self._without(raw, "ascii", names, deep)
        for codec in ("utf-8", "cp1251"):
            raw = self._without(raw, codec, names, deep)
        return raw

    def _without(self, raw: bytes, codec: str, names: NamesSought, deep: int) -> bytes:
        text = raw.decode(codec, "surrogateescape")
        found = self.replacements(text, names, deep)
        return spliced(text, found).encode(codec, "surrogateescape") if found else raw

    def _wide(self, names: NamesSought, wide: re.Match[bytes]) -> bytes:
        codec = "utf-16-be" if wide[1] else "utf-16-le"
        text = wide[0].decode(codec, "surrogatepass")
        found = self.replacements(text, names, _MOST_PACKED - 1)
        return spliced(text, found).encode(codec, "surrogatepass") if found else wide[0]
