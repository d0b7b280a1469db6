"""Texts are held against the people of the store: a lead's own, and anybody's."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from duckdb import DuckDBPyConnection

from analytics.privacy.clearance import Clearance
from analytics.privacy.holds import Content, ContentOf, Privacy
from analytics.privacy.masking import Masking
from analytics.privacy.people import People
from analytics.published_file import Published, PublishedFile
from tests.dashboards.conftest import Place
from tests.dashboards.leads import NOW, Delivered, call, request

HIDDEN = "•••"
ANNA = {"fio": "Петрова Анна", "callerphone": "+7 (916) 765-43-21", "email": "apetrova@x.ru"}
MANY = 6


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckDBPyConnection]:
    """Anna's lead, which used to be Olga's; a campaign named Anna; a form filled in as Yandex."""
    place = Place(tmp_path_factory.mktemp("people"))
    olga = {"fio": "Ольга", "callerphone": "74957771234"}
    first = request(1, NOW.replace(tzinfo=None), **olga, utm_content="Петрова")
    leads = [first, first | ANNA | {"subject": "анна", "source": "Yandex", "tags_manual": "Анна"}]
    leads += [call(number, NOW, utm_campaign="Анна", source="Yandex") for number in range(2, MANY)]
    leads.append(request(9, NOW.replace(tzinfo=None), fio="Yandex", source="Yandex"))
    place.add([Delivered(NOW + timedelta(seconds=at), lead) for at, lead in enumerate(leads)])
    with Published(PublishedFile(place.published)).reading() as db:
        yield db


def masked(
    db: DuckDBPyConnection,
    columns: dict[str, Content | None],
    *rows: tuple[Any, ...],
    lead_id: int | None = None,
) -> list[tuple[Any, ...]]:
    return list(Masking(columns, Clearance.MASKED, People(db), lead_id)(rows))


def test_a_leads_texts_lose_what_is_its_own_now_and_formerly(db: DuckDBPyConnection) -> None:
    """Whether the row names the lead or the question does."""
    for own in ("Петрова", "для Анны", "Ольге", "765-43-21", "7771234", "apetrova"):
        columns: dict[str, Content | None] = {
            "lead_id": Privacy.NOTHING,
            "text": Privacy.LINK,
        }
        assert HIDDEN in masked(db, columns, (1, own))[0][1]
        assert masked(db, columns, (2, own)) == [(2, own)]
        assert HIDDEN in masked(db, {"text": Privacy.TEXT}, (own,), lead_id=1)[0][0]


def test_phones_and_full_names_of_anybody_are_hidden_everywhere(db: DuckDBPyConnection) -> None:
    columns: dict[str, Content | None] = {"text": Privacy.LINK}
    rows = [("t9167654321",), ("АННА  ПЕТРОВА, 7",), ("9167654322",), ("Анна Каренина",)]
    found = masked(db, columns, *rows, lead_id=2)
    assert found == [(f"t{HIDDEN}",), (f"{HIDDEN}  {HIDDEN}, 7",), *rows[2:]]
    assert masked(db, columns, *rows)[1] == (HIDDEN,)


def test_one_word_of_a_name_is_hidden_where_it_is_not_many_peoples(db: DuckDBPyConnection) -> None:
    """A campaign is called Anna as well, and somebody has written into a form that Yandex is the
    name: neither makes the campaign or the source disappear."""
    columns: dict[str, Content | None] = {
        "text": Privacy.LINK,
        "leads": Privacy.NOTHING,
    }
    shown = masked(db, columns, ("Петрова", 1), ("Анна", 4), ("Yandex", 6), ("анна", 1))
    assert shown == [(HIDDEN, 1), ("Анна", 4), ("Yandex", 6), (HIDDEN, 1)]


def test_names_of_staff_and_cities_stay(db: DuckDBPyConnection) -> None:
    columns: dict[str, Content | None] = {
        "lead_id": Privacy.NOTHING,
        "manager": Privacy.WORDS,
    }
    assert masked(db, columns, (1, "Петрова Анна")) == [(1, "Петрова Анна")]


def test_values_are_masked_by_what_another_column_names(db: DuckDBPyConnection) -> None:
    of_field = ContentOf("field", "field")
    columns: dict[str, Content | None] = {
        "field": Privacy.TEXT,
        "old": of_field,
        "new": of_field,
    }
    assert masked(
        db,
        columns,
        ("callerphone", None, "79161234567"),
        ("caller_phone", "1", None),
        ("phonenumber", None, "74951234567"),
        ("text", "[]", '[{"phrase":"Мария"}]'),
        ("client_name", None, "Мария"),
        ("manager", "Мария", "Ольга"),
        ("yaClientId", None, "1793692189209305626"),
        (None, None, None),
    ) == [
        ("callerphone", None, "7916•••••67"),
        ("caller_phone", HIDDEN, None),
        ("phonenumber", None, "74951234567"),
        ("text", HIDDEN, HIDDEN),
        ("client_name", None, HIDDEN),
        ("manager", "Мария", "Ольга"),
        ("yaClientId", None, "1793•••"),
        (None, None, None),
    ]
    of_filter: dict[str, Content | None] = {
        "filter": Privacy.NOTHING,
        "value": ContentOf("filter", "filter"),
    }
    rows = [("number", "74951234567"), ("utm_term", "79161234567"), ("utm_term", "9161234567")]
    shown = masked(db, of_filter, *rows, ("tags", "9161234567"), ("nothing", "x"))
    assert [value for _, value in shown] == [*("74951234567", HIDDEN, "9161234567", HIDDEN, HIDDEN)]
    of_param: dict[str, Content | None] = {
        "name": Privacy.LINK,
        "value": ContentOf("name", "url_param"),
    }
    shown = masked(db, of_param, ("client_name", "Мария"), ("yclid", "9161234567"))
    assert [value for _, value in shown] == [HIDDEN, "9161234567"]


def test_lists_numbers_and_what_is_inside_are_masked(db: DuckDBPyConnection) -> None:
    columns: dict[str, Content | None] = {
        "problems": Privacy.TEXT,
        "person": Privacy.IDENTIFIER,
        "extra": Privacy.ANYTHING,
        "leads": Privacy.NOTHING,
        "undeclared": None,
    }
    row = (["callerphone: +79161234567"], 79161234567, {"phone": "79161234567", "age": 7}, 3, 4)
    assert masked(db, columns, row) == [
        ([f"callerphone: {HIDDEN}"], None, {"phone": HIDDEN, "age": None}, 3, None)
    ]
    analyst = Masking(columns, Clearance.PERSONAL, People(db))([row])
    assert analyst == [(*row[:4], None)]
    assert Masking(columns, Clearance.EVERYTHING, People(db))([row]) == [row]
