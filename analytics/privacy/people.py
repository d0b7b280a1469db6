"""The people of the published file, as far as their contacts stand in texts about to be shown."""

from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import Any, Literal

from duckdb import DuckDBPyConnection

from analytics.privacy.contacts import (
    NOBODY,
    Contacts,
    contacts_of,
    numbers_in,
    phone_keys,
    words_of,
)
from analytics.privacy.masks import as_read
from analytics.statements import rendered, statement

_LONGEST = 2_000
"""Characters of a text in which names of strangers are looked for."""


class People:
    """Asks the store, so that what is masked is what is known, not only what looks like it.

    `catalog`: the one of the connection's that is asked.
    """

    def __init__(
        self, db: DuckDBPyConnection, catalog: Literal["published", "file"] = "published"
    ) -> None:
        self._db = db
        self._catalog = catalog

    def of_leads(self, ids: Sequence[int]) -> dict[int | None, Contacts]:
        """By the id of a lead; a call and a request of one id are one here."""
        found: dict[int, list[tuple[str | None, ...]]] = {}
        for lead_id, *told in self._ask("contacts_of_leads", ids=list(set(ids))):
            found.setdefault(lead_id, []).append(tuple(told))
        return {lead_id: _one(told) for lead_id, told in found.items()}

    def among(self, texts: Iterable[str]) -> Contacts:
        """Of anybody, that stand in these texts: whole phones, and names of two words."""
        read = [as_read(text)[:_LONGEST] for text in set(texts)]
        numbers = {key for text in read for one in numbers_in(text) for key in phone_keys(one)}
        words = {word for text in read for word in _words_in_company(text)}
        return self._phones(numbers) | self._names(words)

    def alone(self, texts: Iterable[str]) -> Contacts:
        """Texts with a single word of a name: those that stand on the leads of people so named, not
        on many people's, as a campaign or a manager's tag does."""
        read = {text: words_of(as_read(text)[:_LONGEST]) for text in set(texts)}
        words = sorted({word for found in read.values() for word in found})
        named = {word for (word,) in self._ask_names("known_words", words)} if words else set()
        suspected = [
            (text, word) for text, found in read.items() for word in found if word in named
        ]
        if not suspected:
            return NOBODY
        of_many = self._ask(
            "texts_of_many",
            texts=[text for text, _ in suspected],
            words=[word for _, word in suspected],
        )
        return Contacts(
            texts=frozenset(text for text, _ in suspected) - {one for (one,) in of_many}
        )

    def _phones(self, numbers: set[str]) -> Contacts:
        if not numbers:
            return NOBODY
        found = {number for (number,) in self._ask("known_phones", numbers=sorted(numbers))}
        return Contacts(phones=frozenset(found & numbers))

    def _names(self, words: set[str]) -> Contacts:
        if not words:
            return NOBODY
        names = [words_of(name) for (name,) in self._ask_names("known_names", sorted(words))]
        pairs = (frozenset(pair) for name in names for pair in combinations(name, 2))
        return Contacts(pairs=frozenset(pairs))

    def _ask_names(self, name: str, words: Sequence[str]) -> list[tuple[Any, ...]]:
        self._ask("names")
        return self._ask(name, words=list(words))

    def _ask(self, name: str, **bound: list[int] | list[str]) -> list[tuple[Any, ...]]:
        named = rendered(f"privacy/{name}", catalog=self._catalog)
        if self._catalog == "published":
            return self._db.execute(named, bound).fetchall()
        self._db.execute("use file")
        try:
            return self._db.execute(named, bound).fetchall()
        finally:
            self._db.execute("use published")


class PeopleThenAndNow:
    """Of what was known at an instant: whoever was known then, and whoever is known now. What is
    hidden today must not be found in yesterday's report."""

    def __init__(self, db: DuckDBPyConnection) -> None:
        self._those = (People(db), People(db, "file"))

    def of_leads(self, ids: Sequence[int]) -> dict[int | None, Contacts]:
        then, now = (people.of_leads(ids) for people in self._those)
        return {key: then.get(key, NOBODY) | now.get(key, NOBODY) for key in then | now}

    def among(self, texts: Iterable[str]) -> Contacts:
        then, now = (people.among(texts) for people in self._those)
        return then | now

    def alone(self, texts: Iterable[str]) -> Contacts:
        then, now = (people.alone(texts) for people in self._those)
        return then | now


def people_of(db: DuckDBPyConnection) -> People | PeopleThenAndNow:
    """`db`: to the published file, or to what was known of it at an instant."""
    if db.execute(statement("privacy/has_now")).fetchall():
        return PeopleThenAndNow(db)
    return People(db)


def _words_in_company(text: str) -> list[str]:
    words = words_of(text)
    return words if len(words) > 1 else []


def _one(told: Sequence[tuple[str | None, ...]]) -> Contacts:
    phones, emails, names = zip(*told, strict=True)
    return contacts_of(filter(None, phones), filter(None, emails), filter(None, names))
