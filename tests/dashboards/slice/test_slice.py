"""Slices: read from a URL, written into one, narrowed; and how viewers search."""

from datetime import date

import pytest
from werkzeug.datastructures import MultiDict

from analytics.reports.filters import FILTERS, FilterKind
from dashboards.access.roles import Reader, Role
from dashboards.page.from_url import restrict_search
from dashboards.slice.bad_query import BadQuery
from dashboards.slice.period import Period
from dashboards.slice.slice import Slice

TODAY = date(2026, 11, 20)


def read(*pairs: tuple[str, str]) -> Slice:
    return Slice.from_query(MultiDict(pairs), TODAY, lambda: None)


def test_a_slice_survives_its_own_url() -> None:
    pairs = [("period", "7d"), ("model", "0")]
    for one in FILTERS:
        values = {
            FilterKind.WHOLE: ["1", "7"],
            FilterKind.CONTACT: ["4567", "a@b.ru"],
            FilterKind.TEXT: ["vk", "null", "а б&="],
        }
        pairs += [(one.name, value) for value in values.get(one.kind, one.choices)]
    pairs += [("compare", "year"), ("unit", "week")]
    assert read(*pairs).pairs == pairs


def test_what_is_empty_does_not_count() -> None:
    assert read(("source", ""), ("model", ""), ("compare", "")) == read()


def test_values_have_one_way_of_writing() -> None:
    """And a value that is given twice counts once."""
    here = read(("unique", "true"), ("unique", "yes"), ("source", "<не указано>"), ("city", "a"))
    assert here.chosen == {"source": ("null",), "unique": ("yes",), "city": ("a",)}


def test_narrowing_takes_the_place_of_what_was_chosen() -> None:
    here = read(("source", "vk"), ("source", "dzen"), ("city", "moscow"))
    narrowed = here.narrowed(source=None, medium="", unique=False, lead_id=7)
    assert narrowed.query == (
        "period=30d&source=null&medium=%3C%D0%BD%D0%B5+%D0%B7%D0%B0%D0%BF%D0%BE%D0%BB%D0%BD%D0%B5"
        "%D0%BD%D0%BE%3E&unique=no&city=moscow&lead_id=7"
    )
    assert here.without("source", "vk").chosen == {"source": ("dzen",), "city": ("moscow",)}
    assert here.without("source").chosen == {"city": ("moscow",)}


@pytest.mark.parametrize(
    ("name", "wanted", "is_admitted"),
    [
        ("hour", (9,), True),
        ("hour", (9, 10), True),
        ("hour", (9, 11), False),
        ("tags", ("a", "b"), True),
        ("tags", ("b",), False),
        ("tags_any", ("a",), True),
        ("tags_any", ("a", "b"), False),
        ("waiting_to", 20, True),
        ("waiting_to", 21, False),
        ("waiting_from", 4, False),
    ],
)
def test_narrowing_is_admitted_where_it_adds_no_leads(
    name: str, wanted: object, is_admitted: bool
) -> None:
    pairs = [("hour", "9"), ("hour", "10"), ("tags", "a"), ("tags_any", "a")]
    here = read(*pairs, ("waiting_from", "5"), ("waiting_to", "20"))
    assert here.admits(**{name: wanted}) == is_admitted


def test_a_slice_of_other_days_is_no_longer_the_named_period() -> None:
    day = Period(TODAY, TODAY)
    assert read(("period", "7d")).of(day).query == "from=2026-11-20&to=2026-11-20"


@pytest.mark.parametrize(
    "pair",
    [
        ("model", "3"),
        ("compare", "x"),
        ("clean", "no"),
        ("hour", "-1"),
        ("search", "Анна"),
        ("search", "1" * 19),
    ],
)
def test_values_that_there_are_not_are_refused(pair: tuple[str, str]) -> None:
    with pytest.raises(BadQuery) as raised:
        read(pair)
    assert raised.value.values == {"name": pair[0], "value": pair[1]}
    assert raised.value.expected


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("+7 (916) 123-45-67", "79161234567"),
        ("8 916 123 45 67", "89161234567"),
        ("+7 916 123-45-67 доб. 12", "79161234567"),
        ("45-67", "4567"),
        ("89161234", "89161234"),
        ("0012", "0012"),
        (" Anna@Example.RU ", "anna@example.ru"),
        ("@Example.RU", "@example.ru"),
    ],
)
def test_a_search_is_for_digits_or_an_email(written: str, found: str) -> None:
    assert read(("search", written)).chosen == {"search": (found,)}


def test_who_may_not_see_phones_cannot_guess_them_by_searching() -> None:
    query = MultiDict([("search", "916 123"), ("source", "vk")])
    viewer, analyst = Reader("v", Role.VIEWER), Reader("a", Role.ANALYST)
    assert dict(restrict_search(query, viewer)) == {"source": "vk", "lead_id": "916123"}
    assert dict(restrict_search(query, analyst)) == {"source": "vk", "search": "916 123"}
    query = MultiDict([("search", "anna@example.ru")])
    assert dict(restrict_search(query, viewer)) == {"lead_id": "anna@example.ru"}
    with pytest.raises(BadQuery):
        read(*restrict_search(query, viewer).items(multi=True))
