"""What a filter takes for a value, and which leads it keeps: on a handful of leads, in memory."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import duckdb
import pytest
from duckdb import DuckDBPyConnection

from analytics.reports.conditions import bound
from analytics.reports.filters import (
    EMPTY,
    FILTERS,
    SETS,
    BadValue,
    FilterKind,
    Filters,
    UnknownFilter,
    read_values,
)
from analytics.reports.patterns import pattern_of
from analytics.reports.searches import searched_for
from analytics.statements import bound_names, rendered

FIRST, LAST = date(2026, 11, 1), date(2026, 11, 20)
TEXTS = [known.column for known in FILTERS if known.kind is FilterKind.TEXT and known.column]
COLUMNS = dict.fromkeys(["site_name", "fio", *TEXTS])
TABLES = f"""
create table leads (
    lead_id bigint, lead_type varchar, day date, happened_local timestamp, site_id bigint,
    {", ".join(f"{column} varchar" for column in COLUMNS)},
    is_unique boolean, is_target boolean, is_worktime boolean, is_callback boolean,
    is_spam boolean, is_ended boolean, waiting_time integer,
    canonical_phone varchar, canonical_email varchar, call_phase varchar
);
create table lead_comments (lead_type varchar, lead_id bigint, comment varchar);
insert into lead_comments values ('call', 5, 'Просил «Перезвонить»   завтра');
create table call_phrases (lead_id bigint, phrase varchar);
insert into call_phrases values (7, 'Договор 100500, да?');
create table calendar (day date, works_from timestamp, works_until timestamp);
insert into calendar values
    ('2026-11-16', '2026-11-16 09:00', '2026-11-16 12:00'),
    ('2026-11-17', '2026-11-17 00:00', '2026-11-17 00:00');
create table lead_tags (
    lead_type varchar, lead_id bigint, tag_category varchar, tag varchar
);
insert into lead_tags values
    ('call', 1, 'manual', 'VIP'), ('call', 2, 'auto_af', 'robot'), ('call', 2, 'manual', 'VIP');
create table lead_attributions (
    lead_type varchar, lead_id bigint, attribution_model smallint, source varchar, medium varchar
);
insert into lead_attributions values ('call', 4, 0, null, 'cpc')
"""
MADE: tuple[dict[str, Any], ...] = (
    {"lead_id": 1, "source": "yandex", "is_unique": True, "waiting_time": 5, "is_spam": True},
    {
        "lead_id": 2,
        "source": "",
        "is_unique": False,
        "waiting_time": 10,
        "site_id": 7,
        "site_name": "Окна",
    },
    {
        "lead_id": 3,
        "lead_type": "request",
        "canonical_email": "anna.k@mail.example",
        "fio": "Анна  Котова",
    },
    {
        "lead_id": 4,
        "source": "google",
        "canonical_phone": "79161234567",
        "is_ended": True,
        "status": "unsuccessful",
    },
    {"lead_id": 5, "source": "google", "canonical_phone": "80291234567", "pool": "main"},
    {
        "lead_id": 7,
        "source": "bing",
        "call_phase": "callconnected",
        "is_ended": False,
        "day": FIRST,
    },
    {"lead_id": 6, "source": "vk", "day": date(2026, 10, 31), "site_id": 7},
)


@pytest.fixture(scope="module")
def db() -> Iterator[DuckDBPyConnection]:
    with duckdb.connect() as db:
        db.execute(TABLES)
        for number, lead in enumerate(MADE):
            hour = datetime(2026, 11, 16 + number % 2, 9 + number)
            row = {"lead_type": "call", "day": LAST, "happened_local": hour, **lead}
            marks = ", ".join("?" for _ in row)
            db.execute(f"insert into leads ({', '.join(row)}) values ({marks})", [*row.values()])
        yield db


def kept(db: DuckDBPyConnection, filters: Filters) -> list[int]:
    """The ids of the leads that fit."""
    picked = rendered("picking/picked", model=None, conditions=filters.conditions())
    sql = f"with {picked} select lead_id from picked order by lead_id"
    bound = {name: filters.parameters()[name] for name in bound_names(sql)}
    return [lead_id for (lead_id,) in db.execute(sql, bound).fetchall()]


@pytest.mark.parametrize(
    ("written", "ids"),
    [
        ({}, [1, 2, 3, 4, 5, 7]),
        ({"source": ["google", "yandex"]}, [1, 4, 5]),
        ({"source": ["null"]}, [3]),
        ({"source": ["<не указано>", "yandex"]}, [1, 3]),
        ({"source": [EMPTY]}, [2]),
        ({"site": ["7"]}, [2]),
        ({"lead_id": ["2", "6", "4"]}, [2, 4]),
        ({"lead_type": ["request"]}, [3]),
        ({"lead_type": ["call"], "source": ["google"]}, [4, 5]),
        ({"pool": ["main"]}, [5]),
        ({"unique": ["yes"]}, [1]),
        ({"unique": ["no"]}, [2]),
        ({"unique": ["unknown"]}, [3, 4, 5, 7]),
        ({"unique": ["true", "0"]}, [1, 2]),
        ({"weekday": ["2"]}, [2, 4, 7]),
        ({"hour": ["9", "13"]}, [1, 5]),
        ({"own_hours": ["yes"]}, [1, 3]),
        ({"own_hours": ["no"]}, [2, 4, 5, 7]),
        ({"own_hours": ["unknown"]}, []),
        ({"waiting_from": ["6"]}, [2]),
        ({"waiting_to": ["5"]}, [1]),
        ({"tags": ["VIP", "robot"]}, [2]),
        ({"tags_any": ["manual:VIP"]}, [1, 2]),
        ({"tags_not": ["robot"]}, [1, 3, 4, 5, 7]),
        ({"medium_0": ["cpc"]}, [4]),
        ({"source_0": ["null"]}, [4]),
        ({"clean": ["yes"]}, [3, 4, 5, 7]),
        ({"only": ["unfinished"]}, [7]),
        ({"only": ["unfinished", "missed"], "lead_type": ["call"]}, [4, 7]),
        ({"search": ["+7 (916) 123-45-67"]}, [4]),
        ({"search": ["916 123"]}, [4]),
        ({"search": ["567"]}, [4, 5]),
        ({"search": ["234"]}, []),
        ({"search": ["89161"]}, [4]),
        ({"search": ["80291"]}, [5]),
        ({"search": [" Anna.K@Mail.example"]}, [3]),
        ({"search": ["K@"]}, [3]),
        ({"search": ["annaxk@mail.example"]}, []),
        ({"search": ["3"]}, [3]),
        ({"search": ["1" * 19]}, []),
        ({"search": ["3", "k@mail"]}, [3]),
        ({"search": ["003"]}, []),
        ({"search": ["анна котова"]}, [3]),
        ({"search": ["КОТОВ", "vip"]}, [1, 2, 3]),
        ({"search": ["anna"]}, [3]),
        ({"search": ["перезвонить» завтра"]}, [5]),
        ({"search": ["100500"]}, [7]),
        ({"search": ["договор 100500"]}, [7]),
        ({"search": ["%"]}, []),
        ({"id_or_tag": ["3", "robo"]}, [2, 3]),
        ({"id_or_tag": ["котова"]}, []),
        ({"site": ["окна "]}, [2]),
        ({"site.has": ["КН"]}, [2]),
        ({"site.not": ["Окна"]}, [1, 3, 4, 5, 7]),
        ({"site": ["null"]}, [1, 3, 4, 5, 7]),
        ({"site.empty": ["no"]}, [2]),
        ({"source": ["YANDEX "]}, [1]),
        ({"source.exact": ["YANDEX"]}, []),
        ({"source.not": ["Google", "null"]}, [1, 2, 7]),
        ({"source.has": ["OO", "ya"]}, [1, 4, 5]),
        ({"source.hasnot": ["g"]}, [1, 2, 3]),
        ({"source.starts": ["b", "Y"]}, [1, 7]),
        ({"source.empty": ["yes"]}, [2, 3]),
        ({"source.empty": ["no"]}, [1, 4, 5, 7]),
        ({"source_0.empty": ["yes"]}, [4]),
        ({"medium_0.not": ["cpc"]}, [1, 2, 3, 5, 7]),
        ({"tags": ["vip"]}, [1, 2]),
        ({"tags.exact": ["vip"]}, []),
        ({"tags.not": ["vip"]}, [3, 4, 5, 7]),
        ({"tags.has": ["ROB"]}, [2]),
        ({"tags.hasnot": ["ip"]}, [3, 4, 5, 7]),
        ({"tags.starts": ["manual:v"]}, [1, 2]),
        ({"tags.empty": ["yes"]}, [3, 4, 5, 7]),
        ({"lead_id.not": ["2", "4"]}, [1, 3, 5, 7]),
        ({"unique.not": ["yes"]}, [2, 3, 4, 5, 7]),
        ({"unique.empty": ["no"]}, [1, 2]),
        ({"only.not": ["unfinished", "missed"]}, [1, 2, 3, 5]),
    ],
    ids=str,
)
def test_it_keeps_the_leads_that_fit(
    db: DuckDBPyConnection, written: dict[str, list[str]], ids: list[int]
) -> None:
    chosen = {name: read_values(name, values) for name, values in written.items()}
    assert kept(db, Filters(FIRST, LAST, None, chosen)) == ids


def test_the_period_is_its_first_and_last_day_and_what_lies_between(db: DuckDBPyConnection) -> None:
    assert kept(db, Filters(date(2026, 10, 31), date(2026, 10, 31))) == [6]
    assert kept(db, Filters(date(2026, 10, 31), LAST)) == [1, 2, 3, 4, 5, 6, 7]
    assert kept(db, Filters(LAST, LAST)) == [1, 2, 3, 4, 5]
    assert kept(db, Filters(date(2026, 11, 21), date(2026, 11, 30))) == []


@pytest.mark.parametrize("name", SETS)
def test_every_set_has_its_own_condition(name: str) -> None:
    (condition,) = Filters(FIRST, LAST, None, {"only": (name,)}).conditions()
    others = [Filters(FIRST, LAST, None, {"only": (other,)}) for other in SETS if other != name]
    assert [condition] not in [other.conditions() for other in others]


def test_what_is_bound_is_what_was_chosen() -> None:
    chosen = {"unique": ("yes", "unknown"), "hour": ("09",), "source": ("null", EMPTY)}
    assert Filters(FIRST, LAST, 1, chosen).parameters() == {
        "from": FIRST,
        "to": LAST,
        "end": datetime(2026, 11, 21),
        "unique": ["true", "unknown"],
        "hour": [9],
        "source": r"(?i)^[\s\v\p{Z}]*(?:)[\s\v\p{Z}]*$",
    }
    groups = ({"source.has": ("a",), "city.exact": ("b",)}, {"source.has": ("c.  c",)})
    assert Filters(FIRST, LAST, None, {"source.exact": ("d", EMPTY)}, groups).parameters() == {
        "from": FIRST,
        "to": LAST,
        "end": datetime(2026, 11, 21),
        "source_exact": ["d", ""],
        "any1_source_has": "(?i)a",
        "any1_city_exact": ["b"],
        "any2_source_has": r"(?i)c\.[\s\v\p{Z}]+c",
    }


def test_a_day_that_goes_on_ends_where_it_is() -> None:
    moment = datetime(2026, 11, 20, 15, 30)
    so_far = Filters(FIRST, LAST, until=moment).parameters()
    assert so_far == {"from": FIRST, "to": LAST, "end": moment}
    assert Filters(FIRST, date.max).parameters()["end"] == datetime.max


def test_of_a_group_one_condition_is_enough_and_all_groups_count(db: DuckDBPyConnection) -> None:
    groups = ({"source": ("google",), "lead_type": ("request",)}, {"pool": ("main",)})
    assert kept(db, Filters(FIRST, LAST, None, {}, groups[:1])) == [3, 4, 5]
    assert kept(db, Filters(FIRST, LAST, None, {}, groups)) == [5]
    assert kept(db, Filters(FIRST, LAST, None, {"source.not": ("google",)}, groups[:1])) == [3]


def test_a_search_binds_ids_and_patterns() -> None:
    def bound(*values: str) -> dict[str, Any]:
        parameters = Filters(FIRST, LAST, None, {"search": values}).parameters()
        return {name: parameters[f"search_{name}"] for name in ("ids", "phones", "emails")}

    assert bound("1234") == {"ids": [1234], "phones": "1234$", "emails": None}
    assert bound("12345") == {"ids": [12345], "phones": "12345", "emails": None}
    assert bound("0123", "a+b@x.example") == {
        "ids": [],
        "phones": "0123$",
        "emails": r"a\+b@x\.example",
    }
    assert bound("81234")["phones"] == "81234|^71234"
    assert bound("89161234567")["phones"] == "79161234567"
    assert bound("1", "2", "a@", "b@") == {"ids": [1, 2], "phones": "1$|2$", "emails": "a@|b@"}


@pytest.mark.parametrize(
    ("name", "written", "expected"),
    [
        ("source", ["a", "b", "a"], ("a", "b")),
        ("source", ["null", "<не указано>"], ("null",)),
        ("unique", ["1", "yes", "false", "0", "null", "<не указано>"], ("yes", "no", "unknown")),
        ("hour", ["9", "123456789012345678"], ("9", "123456789012345678")),
        ("search", [" +7 916 123-45-67"], ("79161234567",)),
        ("search", [" A@B.example "], ("a@b.example",)),
        ("search", ["@Part"], ("@part",)),
        ("search", ["1" * 18], ("1" * 18,)),
        ("search", ["1" * 19], ("1" * 19,)),
        ("search", ["@" + "x" * 253], ("@" + "x" * 253,)),
        ("only", ["lost", "pending"], ("lost", "pending")),
        ("lead_type", ["call"], ("call",)),
    ],
)
def test_a_value_has_one_way_of_writing(
    name: str, written: list[str], expected: tuple[str, ...]
) -> None:
    assert read_values(name, written) == expected


CONTACTS = ("a text", "a phone or a part of it", "an e-mail", "the id of a lead")


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("hour", "-1", ("whole numbers",)),
        ("hour", "٣", ("whole numbers",)),
        ("hour", "", ("whole numbers",)),
        ("lead_id", "1" * 19, ("whole numbers",)),
        ("unique", "maybe", ("yes", "no", "unknown")),
        ("lead_type", "chat", ("call", "request")),
        ("clean", "no", ("yes",)),
        ("only", "all", SETS),
        ("search", " ", CONTACTS),
        ("source.has", " ", ("a text",)),
        ("source.empty", "maybe", ("yes", "no")),
        ("hour.not", "x", ("whole numbers",)),
        ("id_or_tag", "anna@", ("a tag or a part of it", "the id of a lead")),
        ("id_or_tag", "tag 79161", ("a tag or a part of it", "the id of a lead")),
        ("id_or_tag", "1" * 19, ("a tag or a part of it", "the id of a lead")),
        ("search", "@" + "x" * 254, CONTACTS),
    ],
)
def test_other_values_are_refused_with_those_that_there_are(
    name: str, value: str, expected: tuple[str, ...]
) -> None:
    with pytest.raises(BadValue) as raised:
        read_values(name, [value])
    assert (raised.value.name, raised.value.value) == (name, value)
    assert raised.value.expected == expected
    assert str(raised.value) == f"{name}={value}: expected {', '.join(expected)}"


def test_there_are_no_other_filters() -> None:
    for name in ("colour", "hour.has", "source.is", "source.", "tags_any.not", "search.not"):
        with pytest.raises(UnknownFilter) as raised:
            read_values(name, ["red"])
        assert str(raised.value) == name


def test_who_may_not_see_phones_does_not_find_their_digits_in_tags() -> None:
    values = ("79161", "robo")
    assert searched_for("p", values)["p_texts"] == pattern_of("has", values)
    assert bound("id_or_tag", values)["id_or_tag_texts"] == pattern_of("has", ["robo"])
