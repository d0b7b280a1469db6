"""Whatever `without` finds of a person in a text, a clue of both leads to it."""

import random

import pytest

from analytics.keyed.clues import clues_of_contacts, clues_of_text
from analytics.privacy.contacts import contacts_of
from analytics.privacy.masks import as_read

PEOPLE: tuple[tuple[list[str], list[str], list[str]], ...] = (
    (["79167654321"], ["zhanna.kanareykina@canary.example"], ["Канарейкина Жанна Львовна"]),
    (["+7 (495) 777-12-34"], ["_ivan_@mail.example"], ["Юлия Щербакова-Ёлкина"]),
    ([], ["info@x.example"], ["Ли Ян"]),
)
WRITTEN = (
    *("Канарейкиной", "жанна_к", "привет, Жанне!", "kanareikina", "Yuliya", "JULIA", "щербаковой"),
    *("елкину", "id 9167654321", "8-916-765-43-21", "916 765-43 21", "777.12.34", "x7777771234"),
    *("zhanna.kanareykina", "от zhanna.kanareykina!", "_ivan_", "info", "ли", "Ян", "7654321"),
    "%D0%96%D0%B0%D0%BD%D0%BD%D0%B0",
)


@pytest.mark.parametrize("person", PEOPLE)
def test_what_is_found_has_a_clue(person: tuple[list[str], list[str], list[str]]) -> None:
    contacts = contacts_of(*person)
    chance = random.Random(3)
    texts = [*WRITTEN, *(" ".join(chance.sample(WRITTEN, 3)) for _ in range(300))]
    found = [text for text in texts if contacts.without(as_read(text)) != as_read(text)]
    assert found
    for text in found:
        assert clues_of_text(text) & clues_of_contacts(contacts), text


def test_most_texts_have_no_clue_of_most_people() -> None:
    contacts = contacts_of(*PEOPLE[0])
    for text in ("yandex", "brand|cid|12345678|search", "campaign-155", "Отдел продаж", ""):
        assert not clues_of_text(text) & clues_of_contacts(contacts), text
