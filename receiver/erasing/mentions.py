"""Where a person is mentioned in a text, in whatever spelling."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from hashlib import md5, sha1, sha256
from ipaddress import ip_address

from analytics.contacts import person_of
from analytics.privacy.contacts import FEWEST_DIGITS, latin
from analytics.stand_ins import is_stand_in
from receiver.erasing.person import Person
from receiver.erasing.spelling import Replacement, Spelling, folded_text
from receiver.erasing.stand_ins import StandIns, person_number
from receiver.erasing.suspicion import Suspicion

# Between the digits of one number.
_GAP = r"[\s().,/_+\-\u2010-\u2015\u2212\u00b7]{0,4}"
_RUSSIAN = 11
_WORD = re.compile(r"[^\W\d_]+")
_REST_OF_ADDRESS = re.compile(r"[\w.+-]{0,64}(?:@|%(?:25)*40)")
_FARTHEST = 3
_SHORTEST_NAME = 3
# Shorter values of a person's own are found in the leads of others by chance.
SHORTEST_VALUE = 12


class NamesSought(IntEnum):
    """`FULL`: two words of one name that stand together. `EVERY`: each of its words, where the
    text is known to be about this person."""

    NONE = 0
    FULL = 1
    EVERY = 2


Written = Callable[[str], str]
"""What stands in the place of a mention that is written so."""


@dataclass(frozen=True, slots=True)
class Needle:
    """`pattern`: in a folded text."""

    pattern: str
    written: Written


class Mentions:
    """Of one person. `own`: in texts of the person's own leads, where even a first name is one."""

    def __init__(self, key: bytes, person: Person, stand_ins: StandIns, own: bool) -> None:
        self._key = key
        self._person = person
        self._stand_ins = stand_ins
        self._own = own

    def contacts(self, spelling: Spelling) -> Iterator[Replacement]:
        """Phones, e-mail addresses and ids, as the text reads."""
        if not self._needles:
            return
        folded = spelling.folded()
        for found in self._pattern.finditer(folded.text):
            assert found.lastgroup
            needle = self._needles[int(found.lastgroup[1:])]
            start, end = folded.stretch(*found.span())
            written = _between(spelling, start, end)
            if not is_stand_in(written):
                yield Replacement(start, end, needle.written(written))

    def names(self, spelling: Spelling, sought: NamesSought) -> Iterator[Replacement]:
        if not sought or not self._words:
            return
        folded = spelling.folded()
        if not self._may_be_named.search(folded.text):
            return
        found = list(_WORD.finditer(folded.text))
        owned = [self._names_meant(one[0]) for one in found]
        place = 0
        while place < len(found):
            last = place
            while last + 1 < len(found) and self._goes_on(found, owned, last):
                last += 1
            is_whole = last > place or sought is NamesSought.EVERY
            # Others of that name have addresses of their own.
            if (
                owned[place]
                and is_whole
                and not _REST_OF_ADDRESS.match(folded.text, found[last].end())
            ):
                start, end = folded.stretch(found[place].start(), found[last].end())
                yield Replacement(start, end, self._stand_ins.value(_between(spelling, start, end)))
            place = last + 1

    def _goes_on(
        self, found: list[re.Match[str]], owned: list[frozenset[tuple[int, str]]], last: int
    ) -> bool:
        """Whether the next word is another one of the same name."""
        is_near = found[last + 1].start() - found[last].end() <= _FARTHEST
        pairs = ((one, two) for one in owned[last] for two in owned[last + 1])
        return is_near and any(one[0] == two[0] and one[1] != two[1] for one, two in pairs)

    def _names_meant(self, word: str) -> frozenset[tuple[int, str]]:
        """The words of names that a word is a form of: Петровой, Петрову, Petrova."""
        spelt = latin(word)
        return frozenset(
            (name, one)
            for name, one in self._words
            if word == one or _is_form(word, one) or spelt == latin(one)
        )

    @cached_property
    def suspicion(self) -> Suspicion:
        """Of texts that are worth being searched."""
        person = self._person
        contacts = (*person.phones, *person.emails, *person.caller_ids)
        exact = [one for one in (*self._values(), *person.caller_ids) if one]
        exact += [str(person_of(one, None, None)) for one in contacts]
        exact += [digest for one in (*person.phones, *person.emails) for digest in hashed(one)]
        named: dict[int, tuple[str, ...]] = {}
        for number, word in self._words:
            named[number] = (*named.get(number, ()), word)
        return Suspicion.of(
            (one for one in person.phones if len(one) >= FEWEST_DIGITS),
            person.emails,
            exact,
            (words for words in named.values() if self._own or len(words) > 1),
            1 if self._own else 2,
        )

    @cached_property
    def _words(self) -> list[tuple[int, str]]:
        names = [
            [w for w in map(str, _WORD.findall(folded_text(one))) if len(w) >= _SHORTEST_NAME]
            for one in sorted(self._person.names)
        ]
        return [(number, word) for number, words in enumerate(names) for word in words]

    @cached_property
    def _may_be_named(self) -> re.Pattern[str]:
        """Every form begins so: of most texts nothing more is asked."""
        starts = {word[: max(2, len(word) - 1)] for _, word in self._words}
        latins = {latin(word)[:1] for _, word in self._words}
        written = "|".join(sorted(map(re.escape, starts)))
        return re.compile(rf"{written}|(?<![a-z])[{''.join(sorted(latins))}cjyi][a-z]")

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        each = (f"(?P<n{place}>{needle.pattern})" for place, needle in enumerate(self._needles))
        return re.compile("|".join(each))

    @cached_property
    def _needles(self) -> list[Needle]:
        """What is longer comes first: of two that begin together the first is found."""
        person, stand_ins = self._person, self._stand_ins
        return [
            *(self._email(one) for one in sorted(person.emails, key=len, reverse=True)),
            *(self._exactly(one, stand_ins.value) for one in sorted(self._values())),
            *(self._exactly(one, self._caller(one)) for one in sorted(person.caller_ids) if one),
            *self._hashes(),
            *(self._phone(one) for one in sorted(person.phones) if len(one) >= FEWEST_DIGITS),
        ]

    def _phone(self, phone: str) -> Needle:
        return Needle(
            phone_pattern(phone),
            lambda written: self._stand_ins.contact("phone", phone, written),
        )

    def _email(self, email: str) -> Needle:
        return Needle(
            email_pattern(email),
            lambda written: self._stand_ins.contact("email", email, written),
        )

    def _caller(self, caller_id: str) -> Written:
        return lambda written: self._stand_ins.caller_id(written, caller_id)

    def _exactly(self, value: str, written: Written) -> Needle:
        return Needle(rf"(?<!\w){re.escape(folded_text(value))}(?!\w)", written)

    def _values(self) -> Iterable[str]:
        return (one for one in self._person.values if one and (self._own or not is_shared(one)))

    def _hashes(self) -> Iterator[Needle]:
        """The number of a person whom nobody has erased is a hash without a key, and advertisers
        are given such ones."""
        each = (
            *((one, "phone") for one in sorted(self._person.phones)),
            *((one, "email") for one in sorted(self._person.emails)),
            *((one, "caller") for one in sorted(self._person.caller_ids)),
        )
        for contact, kind in each:
            number = str(person_number(self._key, kind, contact))
            yield Needle(rf"(?<![\w-]){person_of(contact, None, None)}(?!\w)", _always(number))
            if kind != "caller":
                digests = "|".join(hashed(contact))
                yield Needle(rf"(?<!\w)(?:{digests})(?!\w)", self._stand_ins.value)


def phone_pattern(phone: str) -> str:
    """A whole number, with or without the code of Russia, as people write it."""
    if len(phone) == _RUSSIAN and phone[0] == "7":
        front = rf"(?:(?:(?:\+|00|8{_GAP}10){_GAP})?7{_GAP}|8{_GAP}|(?<!\w)\()?"
        digits = phone[1:]
    else:
        front, digits = r"(?:\+|00)?", phone
    return rf"(?<!\d){front}{_GAP.join(digits)}(?!\d)"


def email_pattern(email: str) -> str:
    """In either form of its domain, with or without what stands behind a plus."""
    name, _, domain = folded_text(email).rpartition("@")
    forms = {domain}
    for codec in ("encode", "decode"):
        try:
            read = (
                domain.encode("idna").decode()
                if codec == "encode"
                else domain.encode().decode("idna")
            )
        except (UnicodeError, ValueError):
            continue
        forms.add(read)
    written = re.escape(name.strip('"')).replace(r"\+", "[+ ]")
    domains = "|".join(sorted(map(re.escape, forms)))
    return (
        rf"(?<![\w.%+-])\"?{written}(?:\+[\w.-]{{0,40}})?\"?\s?@\s?(?:{domains})(?![\w-])(?!\.\w)"
    )


def is_shared(value: str) -> bool:
    """Whether others may have the same: an address of the internet, a browser, a short text."""
    is_of_program = " " in value or ("/" in value and not value.startswith("http"))
    if len(value) < SHORTEST_VALUE or is_of_program:
        return True
    try:
        ip_address(value)
    except ValueError:
        return False
    return True


def hashed(contact: str) -> list[str]:
    """As advertisers' systems are given contacts."""
    raw = [contact, f"+{contact}"] if contact.isdecimal() else [contact]
    return [
        of(one.encode(), usedforsecurity=False).hexdigest()
        for one in raw
        for of in (md5, sha1, sha256)
    ]


def _is_form(word: str, name: str) -> bool:
    is_long = len(name) > _SHORTEST_NAME
    return is_long and word.startswith(name[:-1]) and len(word) <= len(name) + 2


def _between(spelling: Spelling, start: int, end: int) -> str:
    """What reads there."""
    places = range(len(spelling.text))
    if isinstance(spelling.starts, range):
        return spelling.text[start:end]
    return "".join(
        spelling.text[place]
        for place in places
        if start <= spelling.starts[place] and spelling.ends[place] <= end
    )


def _always(text: str) -> Written:
    return lambda written: text
