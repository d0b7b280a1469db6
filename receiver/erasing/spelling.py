"""A text as it reads, and where each character of it is written."""

from collections.abc import Iterable
from dataclasses import dataclass
from unicodedata import normalize

from analytics.privacy.masks import INVISIBLE


@dataclass(frozen=True, slots=True)
class Spelling:
    """`starts`, `ends`: per character of `text`, the stretch of the written text that it is read
    from."""

    text: str
    starts: list[int] | range
    ends: list[int] | range

    @classmethod
    def plain(cls, text: str) -> "Spelling":
        return cls(text, range(len(text)), range(1, len(text) + 1))

    def stretch(self, start: int, end: int) -> tuple[int, int]:
        """Where the characters from `start` to before `end` are written."""
        return self.starts[start], self.ends[end - 1]

    def folded(self) -> "Spelling":
        """In small letters, digits in the one way, without what cannot be seen."""
        text = self.text
        if text.isascii():
            return Spelling(text.lower(), self.starts, self.ends)
        pieces: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        for place, character in enumerate(text):
            read = folded_character(character)
            pieces.append(read)
            starts += [self.starts[place]] * len(read)
            ends += [self.ends[place]] * len(read)
        return Spelling("".join(pieces), starts, ends)


def folded_character(character: str) -> str:
    if character.isascii():
        return character.lower()
    if INVISIBLE.match(character):
        return ""
    read = normalize("NFKC", character).casefold().replace("ё", "е")
    return "".join(str(int(one)) if one.isdecimal() else one for one in read)


def folded_text(text: str) -> str:
    return "".join(map(folded_character, text))


@dataclass(frozen=True, slots=True)
class Replacement:
    """Of the characters from `start` to before `end`."""

    start: int
    end: int
    text: str


def apart(replacements: Iterable[Replacement]) -> list[Replacement]:
    """In their order, those left out that overlap a longer one."""
    kept: list[Replacement] = []
    for one in sorted(replacements, key=lambda one: (one.start - one.end, one.start)):
        if all(one.end <= other.start or other.end <= one.start for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda one: one.start)


def spliced(text: str, replacements: Iterable[Replacement]) -> str:
    """The text with these in it, which are `apart`."""
    pieces, at = [], 0
    for one in replacements:
        pieces += [text[at : one.start], one.text]
        at = one.end
    return "".join([*pieces, text[at:]]) if pieces else text
