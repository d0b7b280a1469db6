"""Every condition against a plain predicate in Python, over random leads and values."""

import random
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import duckdb
import pytest
from duckdb import DuckDBPyConnection

from analytics.reports.filters import EMPTY, Filters, read_values
from analytics.statements import bound_names, rendered

DAY = date(2026, 11, 20)
LEADS = 240
TEXTS = (
    *(None, None, "", " ", "null", "yandex", "Yandex", " YANDEX", "yan dex", "yan  dex", "дир%кт"),
    *(
        "Директ",
        "директ",
        "ДИРЕКТ ",
        "дирёкт",
        "ди_ект",
        "a'b",
        'a"b',
        "a\\b",
        "a\tb",
        "a.b",
        "axb",
    ),
    *("a b", "A\u00a0B", "50%", "5", "[ab]", "$source", "{{1}}", "--", "manual:VIP", "VIP", "vip"),
)
VALUES = (*(text for text in TEXTS if text), EMPTY, "<не указано>", "%", "_", "a", "екТ", "b ", ".")
TEXT_OPS = ("", "not", "has", "hasnot", "starts", "empty", "exact")
FIELDS: dict[str, tuple[str, ...]] = {
    "source": TEXT_OPS,
    "utm_term": TEXT_OPS,
    "source_1": TEXT_OPS,
    "site": TEXT_OPS[:-1],
    "tags": ("", "not", "has", "hasnot", "starts", "empty", "exact"),
    "tags_any": ("", "exact"),
    "unique": ("", "not", "empty"),
    "lead_type": ("", "not", "empty"),
    "lead_id": ("", "not", "empty"),
}
Lead = dict[str, Any]
Chosen = dict[str, tuple[str, ...]]


def made(chance: random.Random) -> list[Lead]:
    names = {number: chance.choice(TEXTS) for number in (1, 2, 3, 5)}
    leads = []
    for number in range(1, LEADS + 1):
        site = chance.choice((None, 1, 2, 3, 5))
        leads.append(
            {
                "lead_id": number,
                "lead_type": chance.choice(("call", "request")),
                "source": chance.choice(TEXTS),
                "utm_term": chance.choice(TEXTS),
                "site_id": site,
                "site_name": None if site is None else names[site],
                "is_unique": chance.choice((None, True, False)),
                "in_model": chance.choice(([], [chance.choice(TEXTS)])),
                "tags": chance.sample([t for t in TEXTS if t], chance.choice((0, 0, 1, 2))),
            }
        )
    return leads


@pytest.fixture(scope="module")
def leads() -> list[Lead]:
    return made(random.Random(17))


@pytest.fixture(scope="module")
def db(leads: list[Lead]) -> Iterator[DuckDBPyConnection]:
    columns = ["lead_id", "lead_type", "source", "utm_term", "site_id", "site_name", "is_unique"]
    with duckdb.connect() as db:
        db.execute(
            "create table leads (lead_id bigint, lead_type varchar, source varchar, "
            "utm_term varchar, site_id bigint, site_name varchar, is_unique boolean, day date)"
        )
        db.execute(
            "create table lead_tags (lead_type text, lead_id bigint, tag_category text, tag text)"
        )
        db.execute(
            "create table lead_attributions "
            "(lead_type text, lead_id bigint, attribution_model smallint, source text)"
        )
        db.executemany(
            "insert into leads values (?, ?, ?, ?, ?, ?, ?, ?)",
            [[*(lead[name] for name in columns), DAY] for lead in leads],
        )
        for lead in leads:
            key = [lead["lead_type"], lead["lead_id"]]
            for tag in lead["tags"]:
                db.execute("insert into lead_tags values (?, ?, 'manual', ?)", [*key, tag])
            for source in lead["in_model"]:
                db.execute("insert into lead_attributions values (?, ?, 1, ?)", [*key, source])
        yield db


def folded(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip(" ").lower()


def fits_text(text: str | None, op: str, values: tuple[str, ...]) -> bool:
    """Of the ops that no other one is turned into."""
    if op == "empty":
        return ("yes" if not text else "no") in values
    if op in ("has", "starts"):
        if text is None:
            return False
        plain, wanted = folded(text), [folded(value) for value in values]
        return any(one in plain if op == "has" else plain.startswith(one) for one in wanted)
    if text is None:
        return "null" in values
    wanted = ["" if value == EMPTY else value for value in values]
    if op == "exact":
        return text in wanted
    return folded(text) in [folded(value) for value in wanted]


def without_null(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(value for value in values if value != "null")


def fits_column(text: str | None, op: str, values: tuple[str, ...]) -> bool:
    """Of a text that is there, none is the word for one that is not."""
    is_part = op in ("has", "starts") or text is None
    return fits_text(text, op, values if is_part else without_null(values))


def fits_tags(lead: Lead, name: str, op: str, values: tuple[str, ...]) -> bool:
    if op == "empty":
        return ("no" if lead["tags"] else "yes") in values
    spellings = list(lead["tags"])
    if op != "has":
        spellings += [f"manual:{tag}" for tag in lead["tags"]]
    tests = [any(fits_text(one, op, (value,)) for one in spellings) for value in values]
    return all(tests) if name == "tags" and op in ("", "exact") else any(tests)


def fits_site(lead: Lead, op: str, values: tuple[str, ...]) -> bool:
    number, name = lead["site_id"], lead["site_name"]
    if op == "empty":
        return ("yes" if number is None else "no") in values
    if number is None:
        return not op and "null" in values
    named = tuple(value for value in values if op or not value.isdigit())
    is_named = name is not None and fits_column(name, op, named)
    return is_named or (not op and str(number) in values)


def fits(lead: Lead, key: str, values: tuple[str, ...]) -> bool:
    """What a condition means, told again."""
    name, _, op = key.partition(".")
    if key == "tags_not" or op in ("not", "hasnot"):
        positive = {"tags_not": "tags_any", "hasnot": f"{name}.has"}.get(op or key, name)
        return not fits(lead, positive, values)
    if name.startswith("tags"):
        return fits_tags(lead, name, op, values)
    if name == "site":
        return fits_site(lead, op, values)
    if name == "source_1":
        return any(fits_column(text, op, values) for text in lead["in_model"])
    if name in ("source", "utm_term"):
        return fits_column(lead[name], op, values)
    value = lead["is_unique"] if name == "unique" else lead[name]
    if op == "empty":
        return ("yes" if value is None else "no") in values
    written = {True: "yes", False: "no", None: "unknown"}[value] if name == "unique" else f"{value}"
    return written in values


ALL = [(name, op) for name, ops in FIELDS.items() for op in ops]


def drawn(
    chance: random.Random, wanted: tuple[str, str] | None = None
) -> tuple[str, tuple[str, ...]]:
    name, op = wanted or chance.choice(ALL)
    few = chance.choice((1, 1, 2, 3))
    if op == "empty":
        values = [chance.choice(("yes", "no"))]
    elif name == "unique":
        values = chance.sample(["yes", "no", "unknown"], few)
    elif name == "lead_type":
        values = [chance.choice(("call", "request"))]
    elif name == "lead_id":
        values = [str(chance.randrange(LEADS)) for _ in range(few)]
    else:
        texts = (*VALUES, "1", "3") if name == "site" else VALUES
        values = chance.sample([one for one in texts if one.strip()], few)
    key = f"{name}.{op}" if op else name
    return {"tags.not": "tags_not"}.get(key, key), read_values(key, values)


def kept(db: DuckDBPyConnection, filters: Filters) -> list[int]:
    picked = rendered("picking/picked", model=None, conditions=filters.conditions())
    sql = f"with {picked} select lead_id from picked order by lead_id"
    values = filters.parameters()
    found = db.execute(sql, {name: values[name] for name in bound_names(sql)}).fetchall()
    return [lead_id for (lead_id,) in found]


def test_every_condition_keeps_the_leads_that_it_names(
    db: DuckDBPyConnection, leads: list[Lead]
) -> None:
    chance = random.Random(1)
    for wanted in ALL * 6:
        key, values = drawn(chance, wanted)
        expected = [lead["lead_id"] for lead in leads if fits(lead, key, values)]
        assert kept(db, Filters(DAY, DAY, None, {key: values})) == expected, (key, values)


def test_all_of_the_chosen_and_one_of_each_group(db: DuckDBPyConnection, leads: list[Lead]) -> None:
    chance = random.Random(2)
    some = 0
    for _ in range(60):
        chosen = dict(drawn(chance) for _ in range(chance.choice((0, 1, 1))))
        groups = tuple(
            dict(drawn(chance) for _ in range(chance.randrange(1, 4)))
            for _ in range(chance.choice((1, 2, 3)))
        )
        expected = [
            lead["lead_id"]
            for lead in leads
            if all(fits(lead, *one) for one in chosen.items())
            and all(any(fits(lead, *one) for one in group.items()) for group in groups)
        ]
        some += bool(expected)
        assert kept(db, Filters(DAY, DAY, None, chosen, groups)) == expected, (chosen, groups)
    assert some > 30
