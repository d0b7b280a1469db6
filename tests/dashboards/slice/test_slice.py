"""Slices: read from a URL, written into one, narrowed; and how viewers search."""

from datetime import date

import pytest
from werkzeug.datastructures import MultiDict

from analytics.reports.filters import FILTERS, FilterKind
from dashboards.slice.bad_query import BadQuery
from dashboards.slice.period import Period
from dashboards.slice.restricted import restrict_search
from dashboards.slice.slice import Slice

TODAY = date(2026, 11, 20)


def read(*pairs: tuple[str, str]) -> Slice:
    return Slice.from_query(MultiDict(pairs), TODAY, lambda: None)


def test_a_slice_survives_its_own_url() -> None:
    pairs = [("period", "7d"), ("model", "0")]
    for one in FILTERS:
        if one.name == "id_or_tag":
            pairs += [("f.id_or_tag", "4567"), ("f.id_or_tag", "vip")]
            continue
        values = {
            FilterKind.WHOLE: ["1", "7"],
            FilterKind.CONTACT: ["4567", "a@b.ru"],
            FilterKind.TEXT: ["vk", "null", "а б&="],
            FilterKind.SITE: ["7", "Окна"],
        }
        pairs += [(f"f.{one.name}", value) for value in values.get(one.kind, one.choices)]
    pairs += [("any1.city.has", "мос"), ("any1.hour", "7"), ("any2.tags.exact", "VIP")]
    pairs += [("compare", "year"), ("unit", "week")]
    assert read(*pairs).pairs == pairs
    plain = [(name.removeprefix("f."), value) for name, value in pairs]
    assert read(*plain) == read(*pairs)
    # A report is not asked how a page shows it, nor against what.
    assert read(*pairs).plain_pairs == plain[:-2]


def test_what_is_empty_does_not_count() -> None:
    assert read(("source", ""), ("model", ""), ("compare", "")) == read()


def test_values_have_one_way_of_writing() -> None:
    """And a value that is given twice counts once."""
    here = read(("unique", "true"), ("unique", "yes"), ("source", "<не указано>"), ("city", "a"))
    assert here.chosen == {"source": ("null",), "unique": ("yes",), "city": ("a",)}


def test_narrowing_adds_values_as_they_stand() -> None:
    here = read(("source", "vk"), ("source", "dzen"), ("city", "moscow"), ("lead_id", "7"))
    narrowed = here.narrowed(source="VK", medium="", unique=False, lead_id=7, city=None)
    assert narrowed.pairs[1:] == [
        ("f.source", "vk"),
        ("f.source", "dzen"),
        ("f.source.exact", "VK"),
        ("f.medium.exact", "<не заполнено>"),
        ("f.unique", "no"),
        ("f.city", "moscow"),
        ("f.city.exact", "null"),
        ("f.lead_id", "7"),
    ]
    assert here.narrowed(source="vk").chosen["source.exact"] == ("vk",)
    assert "source" not in here.narrowed(source="vk").chosen
    assert here.without("source", "vk").chosen["source"] == ("dzen",)
    assert here.without("source").chosen == {"city": ("moscow",), "lead_id": ("7",)}


@pytest.mark.parametrize(
    ("name", "wanted", "is_admitted"),
    [
        ("hour", (9,), True),
        ("hour", (9, 10), True),
        ("hour", (9, 11), False),
        ("source", "a", True),
        ("source", "A", False),
        ("city", "anything", True),
        ("tags", ("a", "b"), True),
        ("tags", ("b",), False),
        ("waiting_to", 20, True),
        ("waiting_to", 21, False),
        ("waiting_from", 4, False),
    ],
)
def test_narrowing_is_admitted_where_it_adds_no_leads(
    name: str, wanted: object, is_admitted: bool
) -> None:
    pairs = [("hour", "9"), ("hour", "10"), ("tags.exact", "a"), ("source.exact", "a")]
    pairs += [("city", "x"), ("city.not", "y")]
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
        ("search", " "),
        ("f.hour.not", "x"),
        ("any3.site.empty", "x"),
        ("f.lead_id", "1" * 19),
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
        ("  Анна\u00a0 Котова ", "анна котова"),
        ("2 комнаты", "2 комнаты"),
        ("тел. 8 916 123", "8916123"),
    ],
)
def test_a_search_is_for_digits_an_email_or_a_text(written: str, found: str) -> None:
    assert read(("search", written)).chosen == {"search": (found,)}


def test_who_may_not_see_phones_cannot_guess_them_by_searching() -> None:
    query = MultiDict([("f.search", "916 123"), ("any1.search", "Анна"), ("source", "vk")])
    restricted = restrict_search(query)
    assert dict(restricted) == {
        "f.id_or_tag": "916 123",
        "any1.id_or_tag": "Анна",
        "source": "vk",
    }
    assert dict(restrict_search(MultiDict({"vs.search": "a"}))) == {"vs.id_or_tag": "a"}
    for value in ("anna@example.ru", "@", "тег 79161234567"):
        with pytest.raises(BadQuery):
            read(*restrict_search(MultiDict([("search", value)])).items(multi=True))


@pytest.mark.parametrize("name", ["utm_term.has", "f.manager.starts", "any1.tags.hasnot"])
def test_nor_by_parts_of_texts_that_may_hold_them(name: str) -> None:
    for value in ("79161", "+7 916 1", "@", "%40"):
        with pytest.raises(BadQuery) as raised:
            restrict_search(MultiDict([(name, value)]))
        assert raised.value.values == {"name": name, "value": value}
    for pair in ((name, "brand_2026"), ("f.number.has", "74950000001"), ("f.utm_term", "79161")):
        assert dict(restrict_search(MultiDict([pair]))) == dict([pair])
