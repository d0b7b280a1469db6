"""The address of a page: ours, of earlier versions, of mailers; forms; and what is bad in it."""

import random
from datetime import date
from urllib.parse import parse_qsl

import pytest
from werkzeug.datastructures import MultiDict

from analytics.reports.filters import KEYS, parts_of, read_values
from dashboards.slice.address import read_address, without_bad
from dashboards.slice.bad_query import BadQuery
from dashboards.slice.slice import Slice

TODAY = date(2026, 11, 20)
OPTIONS = ("columns",)


def args(query: str) -> MultiDict[str, str]:
    return MultiDict(parse_qsl(query, keep_blank_values=True))


@pytest.mark.parametrize(
    ("query", "moved"),
    [
        ("source=yandex", "f.source=yandex"),
        ("source=yandex&lang=en", "f.source=yandex&lang=en"),
        ("period=7d&utm_source=a&columns=x", "period=7d&f.utm_source=a&columns=x"),
        ("source=a&utm_campaign=b", "f.source=a&f.utm_campaign=b"),
        ("f.city=omsk&utm_term=b", "f.city=omsk&f.utm_term=b"),
        ("source.has=ya&tags_not=b", "f.source.has=ya&f.tags_not=b"),
        # Ours, to which a messenger has added.
        ("period=7d&source=a&fbclid=1", "period=7d&f.source=a&fbclid=1"),
    ],
)
def test_old_links_are_led_to_the_new_names(query: str, moved: str) -> None:
    assert read_address(args(query), OPTIONS).moved_to == moved
    assert read_address(args(moved), OPTIONS).moved_to is None


@pytest.mark.parametrize(
    ("query", "ours", "foreign"),
    [
        ("", "", ""),
        ("utm_source=mailer&utm_campaign=x&yclid=1", "", "utm_source utm_campaign yclid"),
        ("utm_source=mailer&utm_campaign=x", "", "utm_source utm_campaign"),
        ("utm_source=mailer&lang=en", "lang", "utm_source"),
        ("source=mail&gclid=1", "", "source gclid"),
        ("period=7d&utm_source=a&fbclid=1", "period", "utm_source fbclid"),
        ("f.utm_source=a&yclid=1", "f.utm_source", "yclid"),
        ("f.colour=red&f.hour.has=1&any10.city=x", "", "f.colour f.hour.has any10.city"),
        ("any1.city.not=x&vs.source=a&columns=b", "any1.city.not vs.source columns", ""),
    ],
)
def test_what_is_foreign_is_left_out_and_named(query: str, ours: str, foreign: str) -> None:
    address = read_address(args(query), OPTIONS)
    assert address.moved_to is None
    assert list(address.query) == ours.split()
    assert list(address.foreign) == foreign.split()


@pytest.mark.parametrize(
    ("sent", "moved"),
    [
        # Made yesterday and sent today: the days are those that it was made with.
        ("period=7d&was=A/B&from=A&to=B&f.city=", "period=7d"),
        ("period=7d&was=A/B&from=A&to=C&f.city=x", "from=A&to=C&f.city=x"),
        ("was=A/B&from=A&to=B", "from=A&to=B"),
        (
            "add.field=source&add.op=has&add.value=a&add.value=&add.value=b",
            "f.source.has=a&f.source.has=b",
        ),
        ("f.source=a&add.field=source&add.op=is&add.value=b", "f.source=a&f.source=b"),
        ("add.field=city&add.op=empty&add.value=&add.group=any2", "any2.city.empty=yes"),
        ("add.field=tags&add.op=not&add.value=x", "f.tags_not=x"),
        ("add.field=source&add.op=is&add.value=&period=7d", "period=7d"),
        # Only what was chosen, and only what the comparison is made of.
        ("period=7d&was=A/B&from=A&to=B&compare=previous", "period=7d"),
        ("period=7d&was=A/B&from=A&to=B&compare=none", "period=7d&compare=none"),
        (
            "period=7d&was=A/B&from=A&to=B&compare=previous&compare_from=A&compare_to=B"
            "&vs.source=a",
            "period=7d",
        ),
        (
            "was=A/B&compare=days&compare_from=A&compare_to=B&vs.source=a&vs.add.field=source",
            "compare_from=A&compare_to=B&compare=days",
        ),
        (
            "was=A/B&compare=previous&vs.city=x&vs.add.field=source&vs.add.op=has&vs.add.value=a",
            "vs.city=x&vs.source.has=a&compare=slice",
        ),
    ],
)
def test_forms_become_links(sent: str, moved: str) -> None:
    days = {"A": "2026-11-12", "B": "2026-11-19", "C": "2026-11-20"}
    for letter, day in days.items():
        sent, moved = sent.replace(letter, day), moved.replace(letter, day)
    assert read_address(args(sent), OPTIONS).moved_to == moved


def test_a_comparison_that_a_field_does_not_have_is_refused() -> None:
    with pytest.raises(BadQuery) as raised:
        read_address(args("add.field=hour&add.op=has&add.value=1"), OPTIONS)
    assert raised.value.expected == ("is", "not", "empty")
    with pytest.raises(BadQuery):
        read_address(args("add.field=colour&add.value=1"), OPTIONS)
    with pytest.raises(BadQuery) as raised:
        read_address(args("vs.add.field=hour&vs.add.op=has&vs.add.value=1"), OPTIONS)
    assert raised.value.values["name"] == "vs.add.op"


@pytest.mark.parametrize(
    ("query", "error", "left"),
    [
        ("f.hour=x&f.hour=9", BadQuery("k", name="f.hour", value="x"), "f.hour=9"),
        ("columns=a,b&x=1", BadQuery("k", name="columns", value="b"), "x=1"),
        ("from=2&to=1&x=1", BadQuery("bad_query.backwards", first="2", last="1"), "x=1"),
        ("x=1", BadQuery("k", name="y", value="1"), None),
        ("x=" + "a" * 99, BadQuery("k", name="x", value="a" * 99), ""),
    ],
)
def test_there_is_a_way_on_without_what_is_bad(
    query: str, error: BadQuery, left: str | None
) -> None:
    assert without_bad(args(query), error) == left


def drawn(chance: random.Random, most: int) -> dict[str, tuple[str, ...]]:
    """Conditions in the one order and way of writing."""
    keys = [key for key in KEYS if chance.random() < most / len(KEYS)]
    return {key: read_values(key, _values(chance, key)) for key in keys}


def _values(chance: random.Random, key: str) -> list[str]:
    known, op = parts_of(key)
    if op == "empty":
        return [chance.choice(("yes", "no"))]
    if known.choices:
        return chance.sample(known.choices, chance.randrange(1, min(3, len(known.choices)) + 1))
    texts = ["7", "12", "2026"]
    if known.kind in ("text", "site", "contact"):
        texts += ["а б", "&=?#", "%", "+", "<не указано>", "ё", "x" * 200, "f.a", "vs.b=c", "'\""]
    if known.name == "id_or_tag":
        texts.remove("%")
    return chance.sample(texts, chance.randrange(1, 4))


def test_a_slice_is_read_from_its_own_address_and_no_other() -> None:
    chance = random.Random(17)
    for _ in range(200):
        groups = [drawn(chance, 2) for _ in range(chance.randrange(4))]
        chosen, any_of = drawn(chance, 4), tuple(group for group in groups if group)
        here = Slice(TODAY, TODAY, chance.choice((None, 0, 1)), chosen, any_of)
        address = read_address(args(here.query), ())
        assert (address.moved_to, address.foreign) == (None, ())
        assert Slice.from_query(address.query, TODAY, lambda: None) == here
        assert Slice.from_query(args(here.api_query), TODAY, lambda: None) == here
