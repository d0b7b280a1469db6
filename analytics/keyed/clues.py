"""Of a text and of a contact, what they must have in common for the one to be found in the other.

Each contact has a few clues, and a text that names it in any spelling that
`Contacts.without` finds has at least one of them. So a join finds the few texts that may name
the person of their own lead, and only those are looked at closely.
"""

import re
from collections.abc import Iterator

from analytics.privacy.contacts import FEWEST_DIGITS, Contacts, digits, folded, latin
from analytics.privacy.masks import as_read

_LONGEST = 2_000
_LONGEST_END = 3
_SHORTEST_STEM = 2
_DIGITS = re.compile(r"\d(?:[\s().,/_+\-\u2010-\u2015\u2212]{0,4}+\d){6,}")
_TOKEN = re.compile(r"[^\W_]+")
_WORD = re.compile(r"[^\W\d_]+")


def clues_of_text(text: str) -> set[str]:
    read = as_read(text)[:_LONGEST]
    return {*_numbers(read), *_names(read), *(f"@{one}" for one in _tokens(read))}


def clues_of_contacts(contacts: Contacts) -> set[str]:
    """Of one person. A name is found in any case of grammar, by all but its last letter."""
    mails = (_TOKEN.findall(name) for name in contacts.mail_names)
    return {
        *contacts.ends,
        *contacts.words,
        *(one[:-1] for one in contacts.words),
        *(f"~{one}" for one in contacts.latin_words),
        *(f"@{tokens[0]}" for tokens in mails if tokens),
    }


def _numbers(read: str) -> Iterator[str]:
    for found in _DIGITS.findall(read):
        number = digits(found)
        for start in range(len(number) - FEWEST_DIGITS + 1):
            yield number[start : start + FEWEST_DIGITS]


def _names(read: str) -> Iterator[str]:
    for found in _WORD.findall(read):
        word = folded(found)
        yield f"~{latin(word)}"
        for length in range(max(len(word) - _LONGEST_END, _SHORTEST_STEM), len(word) + 1):
            yield word[:length]


def _tokens(read: str) -> Iterator[str]:
    yield from map(folded, _TOKEN.findall(read))
