"""The contacts of people, as they are found again in texts that anybody may have written."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import count

from analytics.stand_ins import is_stand_in

HIDDEN = "•••"
FEWEST_DIGITS = 7
"""Of a phone that is known: fewer are found in any long number."""
LONGEST_PHONE = 15
_TEN = 10
_SHORTEST_NAME = 3
_SHORTEST_MAIL_NAME = 4
# What stands between the digits of one number.
_NUMBER = re.compile(rf"\d(?:[\s().,/_+\-\u2010-\u2015\u2212]{{0,4}}+\d){{{FEWEST_DIGITS - 1},}}+")
_WORD = re.compile(r"[^\W\d_]+")
_LATIN = str.maketrans(
    dict(zip("абвгдезийклмнопрстуфхцыэєіїґ", "abvgdeziiklmnoprstufhcieeiig", strict=True))
    | {"ж": "j", "ч": "ch", "ш": "sh", "щ": "sch", "ъ": "", "ь": "", "ю": "iu", "я": "ia"}
)
# One after another. That two names come to the same only hides more.
_VARIANTS = (
    *(("shch", "sch"), ("zh", "j"), ("kh", "h"), ("ts", "c"), ("tz", "c"), ("ks", "x")),
    *(("y", "i"), ("ju", "iu"), ("ja", "ia"), ("ii", "i"), ("ie", "e"), ("io", "e")),
)
# How far apart the words of one name stand: `Анна_Петрова`, `Петрова, Анна`.
_FARTHEST = 3


@dataclass(frozen=True, slots=True)
class Contacts:
    """Of one person or of many.

    `ends`: the last seven digits of phones, found inside any number. `phones`: all digits or the
    last ten of phones, found as whole numbers. `words`: of names, found in any case of grammar.
    `latin_words`: the same, found in Latin letters.
    `pairs`: two words of one name, found where they stand together. `mail_names`: what stands
    before the @. All in the form of `folded`, but for `texts`, which are hidden where they are all
    there is.
    """

    ends: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    latin_words: frozenset[str] = frozenset()
    pairs: frozenset[frozenset[str]] = frozenset()
    mail_names: frozenset[str] = frozenset()
    texts: frozenset[str] = frozenset()

    def without(self, text: str) -> str:
        """The text as it was, or with what is theirs blotted out."""
        if self.ends or self.phones:
            text = _NUMBER.sub(lambda found: self._number(found[0]), text)
        if self.mail_names:
            text = self._without_mail_names(text)
        if self.words or self.pairs:
            text = self._without_names(text)
        return text

    def _number(self, written: str) -> str:
        number = digits(written)
        if any(end in number for end in self.ends) or phone_keys(number) & self.phones:
            return HIDDEN
        return written

    def _without_mail_names(self, text: str) -> str:
        for name in self.mail_names:
            text = re.sub(rf"(?i)(?<![^\W_]){re.escape(name)}(?![^\W_])", HIDDEN, text)
        return text

    def _without_names(self, text: str) -> str:
        found = list(_WORD.finditer(text))
        words = [folded(one[0]) for one in found]
        hidden = {index for index, word in enumerate(words) if self._is_own(word)}
        for index in range(len(words) - 1):
            is_near = found[index + 1].start() - found[index].end() <= _FARTHEST
            if is_near and frozenset(words[index : index + 2]) in self.pairs:
                hidden |= {index, index + 1}
        places = count()
        return _WORD.sub(lambda one: HIDDEN if next(places) in hidden else one[0], text)

    def _is_own(self, word: str) -> bool:
        """Петрова, Петровой, Петрову, Petrova."""
        return latin(word) in self.latin_words or any(
            word == one
            or (
                len(one) > _SHORTEST_NAME
                and word.startswith(one[:-1])
                and len(word) <= len(one) + 2
            )
            for one in self.words
        )

    def __bool__(self) -> bool:
        return any(getattr(self, name) for name in self.__slots__)

    def __or__(self, other: "Contacts") -> "Contacts":
        return Contacts(*(getattr(self, name) | getattr(other, name) for name in self.__slots__))


NOBODY = Contacts()


def contacts_of(phones: Iterable[str], emails: Iterable[str], names: Iterable[str]) -> Contacts:
    """Everything that one person is known by, to be found in that person's own leads. Who has been
    erased is known by nothing."""
    phones, emails, names = (
        [one for one in those if not is_stand_in(one)] for those in (phones, emails, names)
    )
    numbers = (digits(one) for one in phones)
    mail_names = (folded(one.partition("@")[0].strip()) for one in emails if "@" in one)
    words = frozenset(word for name in names for word in words_of(name))
    return Contacts(
        ends=frozenset(one[-FEWEST_DIGITS:] for one in numbers if len(one) >= FEWEST_DIGITS),
        words=words,
        latin_words=frozenset(map(latin, words)),
        mail_names=frozenset(one for one in mail_names if len(one) >= _SHORTEST_MAIL_NAME),
    )


def words_of(name: str) -> list[str]:
    """Those that are long enough to be a name."""
    found = (folded(one) for one in _WORD.findall(name))
    return [one for one in found if len(one) >= _SHORTEST_NAME]


def numbers_in(text: str) -> list[str]:
    """The digits of what may be a phone."""
    found = (digits(one) for one in _NUMBER.findall(text))
    return [one for one in found if _TEN <= len(one) <= LONGEST_PHONE]


def phone_keys(number: str) -> frozenset[str]:
    """Under which a whole phone is known, with or without the code of its country."""
    if not _TEN <= len(number) <= LONGEST_PHONE:
        return frozenset()
    return frozenset((number, number[-_TEN:]) if len(number) <= _TEN + 1 else (number,))


def is_masked(*values: object) -> bool:
    """Whether something is hidden in one of these, or of a tuple of them: no filter finds it."""
    return any(
        is_masked(*one) if isinstance(one, tuple) else isinstance(one, str) and HIDDEN in one
        for one in values
    )


def digits(written: str) -> str:
    return "".join(str(int(one)) for one in written if one.isdecimal())


@lru_cache(1 << 12)
def latin(word: str) -> str:
    """What all ways of writing a folded word in Latin letters come to: Юлия, Yuliya, Julia and
    Iuliia are one name."""
    spelt = word.translate(_LATIN)
    for variant, one in _VARIANTS:
        spelt = spelt.replace(variant, one)
    return spelt


def folded(word: str) -> str:
    return word.casefold().replace("ё", "е")
