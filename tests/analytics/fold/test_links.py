"""How long ago the client's previous lead was, as leads come, move and change their clients."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import pytest
from duckdb import DuckDBPyConnection

from analytics.fold import link_leads
from analytics.restricted.rights import LeadRights
from analytics.restricted.views import WHOLE_CATALOG, restrict
from analytics.statements import attach
from tests.analytics.fold.folding import fold_into, new_store, tables_of
from tests.analytics.fold.plain_fold import Sent, plain_fold
from tests.faults.rounds import chance, rounds

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
LINKS = (
    *("since_previous", "since_previous_crossed"),
    *("since_previous_any_site", "since_previous_any_site_crossed"),
)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[DuckDBPyConnection]:
    with new_store(tmp_path) as db:
        yield db


def call(number: int, lead_id: int, at: int, **params: str) -> Sent:
    """A call that began so many seconds after the start."""
    known = {
        "leadtype": "call",
        "id": f"{lead_id}",
        "siteId": "10001",
        "callerphone": "79161234567",
        "timestamp": f"{int(START.timestamp()) + at}",
    }
    return Sent(number, START + timedelta(seconds=number), {**known, **params})


def links(db: DuckDBPyConnection) -> dict[tuple[str, int], tuple[float | None, ...]]:
    rows = db.execute(f"select lead_type, lead_id, {', '.join(LINKS)} from leads").fetchall()
    return {(lead_type, lead_id): tuple(found) for lead_type, lead_id, *found in rows}


def test_apart_and_crossed_on_one_site_and_on_any(db: DuckDBPyConnection) -> None:
    form = {"leadtype": "request", "requestId": "1"}
    fold_into(
        db,
        [
            [
                call(1, 1, 0),
                call(2, 1, 100, **form),
                call(3, 2, 300, siteId="10002"),
                call(4, 3, 1000),
            ]
        ],
    )
    assert links(db) == {
        ("call", 1): (None, None, None, None),
        ("request", 1): (None, 100, None, 100),
        ("call", 2): (None, None, 300, 200),
        ("call", 3): (1000, 900, 700, 700),
    }


def test_a_lead_that_comes_late_is_the_one_before_the_next(db: DuckDBPyConnection) -> None:
    fold_into(db, [[call(1, 1, 0), call(2, 3, 500)], [call(3, 2, 400)]])
    assert links(db)["call", 3] == (100, 100, 100, 100)
    assert links(db)["call", 2] == (400, 400, 400, 400)


def test_a_lead_that_turns_out_to_be_anothers_leaves_the_next_to_the_one_before(
    db: DuckDBPyConnection,
) -> None:
    fold_into(db, [[call(1, 1, 0), call(2, 2, 400), call(3, 3, 500)]])
    fold_into(db, [[call(4, 2, 400, callerphone="79990000000")]])
    assert links(db)["call", 3] == (500, 500, 500, 500)
    assert links(db)["call", 2] == (None, None, None, None)


def test_number_or_email_whichever_was_later(db: DuckDBPyConnection) -> None:
    fold_into(db, [[call(1, 1, 0), call(2, 2, 400, callerphone="79990000000", email="a@b.ru")]])
    fold_into(db, [[call(3, 3, 500, email="A@b.ru")]])
    assert links(db)["call", 3] == (100, 100, 100, 100)
    # The one between goes: what they have in common is then the number alone.
    fold_into(db, [[call(4, 2, 400, callerphone="79990000000", email="c@b.ru")]])
    assert links(db)["call", 3] == (500, 500, 500, 500)


def test_who_comes_next_keeps_what_its_other_contact_says(db: DuckDBPyConnection) -> None:
    fold_into(db, [[call(1, 1, 0, callerphone="79990000000", email="a@b.ru")]])
    fold_into(db, [[call(2, 2, 500, email="a@b.ru"), call(3, 3, 200)]])
    assert links(db)["call", 2] == (300, 300, 300, 300)
    fold_into(db, [[call(4, 3, 200, callerphone="79991111111")]])
    assert links(db)["call", 2] == (500, 500, 500, 500)


def turns(db: DuckDBPyConnection) -> dict[int, tuple[date | None, date | None, int | None]]:
    rows = db.execute(
        "select lead_id, person_first_day, person_previous_day, person_turn from leads"
    ).fetchall()
    return {lead_id: tuple(rest) for lead_id, *rest in rows}


def test_a_person_s_turns_move_with_each_lead_that_comes(db: DuckDBPyConnection) -> None:
    """The first one, the first that is later, and any other; whatever the site."""
    day = 86_400
    fold_into(db, [[call(1, 1, 0), call(2, 2, 0), call(3, 3, day, siteId="10002")]])
    second, third, fourth = (date(2026, 11, number) for number in (2, 3, 4))
    expected = {1: (second, None, 1), 2: (second, second, 3), 3: (second, second, 2)}
    assert turns(db) == expected
    fold_into(db, [[call(4, 4, 2 * day)]])
    assert turns(db) == {**expected, 4: (second, third, 3)}
    before = date(2026, 11, 1)
    fold_into(db, [[call(5, 5, -day)]])
    assert turns(db) == {
        5: (before, None, 1),
        1: (before, before, 2),
        2: (before, second, 3),
        3: (before, second, 3),
        4: (before, third, 3),
    }
    fold_into(db, [[call(6, 5, 2 * day), call(7, 1, 0, callerphone="-")]])
    assert turns(db)[1] == (None, None, None)
    assert turns(db)[2] == (second, None, 1)
    assert turns(db)[3] == (second, second, 2)
    assert turns(db)[5] == (second, fourth, 3)


def test_limited_readers_are_told_no_turns(tmp_path: Path) -> None:
    with new_store(tmp_path) as db:
        fold_into(db, [[call(1, 1, 0)]])
    with duckdb.connect() as reader:
        attach(reader, tmp_path / "store.duckdb", WHOLE_CATALOG)
        restrict(reader, LeadRights(sites=frozenset({10001})), WHOLE_CATALOG, "published")
        assert turns(reader) == {1: (None, None, None)}


def test_nothing_tells_the_client(db: DuckDBPyConnection) -> None:
    fold_into(db, [[call(1, 1, 0, callerphone="-"), call(2, 2, 9, callerphone="-")]])
    assert links(db)["call", 2] == (None, None, None, None)


@pytest.mark.parametrize(
    ("rights", "told"),
    [
        (LeadRights(sites=frozenset({10001})), (1000, 900, 1000, 900)),
        (LeadRights(sites=frozenset({10001, 10003})), (1000, 900, None, None)),
        (LeadRights(manager="Анна"), (None, None, None, None)),
    ],
    ids=["one site", "some sites", "a manager"],
)
def test_what_others_know_of_a_client_is_not_told(
    tmp_path: Path, rights: LeadRights, told: tuple[float | None, ...]
) -> None:
    form = {"leadtype": "request", "requestId": "1"}
    elsewhere = call(3, 2, 300, siteId="10002")
    with new_store(tmp_path) as db:
        fold_into(
            db,
            [[call(1, 1, 0), call(2, 1, 100, **form), elsewhere, call(4, 3, 1000, manager="Анна")]],
        )
    with duckdb.connect() as reader:
        attach(reader, tmp_path / "store.duckdb", WHOLE_CATALOG)
        restrict(reader, rights, WHOLE_CATALOG, "published")
        assert links(reader)["call", 3] == told


@pytest.mark.parametrize("turn", range(rounds(6, 200)))
def test_any_batching_and_order_link_as_the_plain_fold(tmp_path: Path, turn: int) -> None:
    sent = crowd(chance("crowd", turn))
    wanted = plain_fold(sent)
    with new_store(tmp_path) as db:
        fold_into(db, cut(sent, chance("batches", turn)))
        assert tables_of(db)["leads"] == wanted["leads"]
        link_leads(db)
        assert tables_of(db)["leads"] == wanted["leads"]


def crowd(random: Random) -> list[Sent]:
    """Few people, many leads at few moments, told of again and again, each time otherwise."""
    return [delivery(random, number) for number in range(1, random.randint(2, 80))]


def delivery(random: Random, number: int) -> Sent:
    lead_id = f"{random.randint(1, 12)}"
    params: dict[str, Any] = random.choice(
        [{"leadtype": "call", "id": lead_id}, {"leadtype": "request", "requestId": lead_id}]
    )
    params["sendingTimestamp"] = f"{int(START.timestamp()) + random.randint(0, 60)}"
    for name, values in {
        "siteId": ("10001", "10002"),
        "callerphone": ("79161234567", "79160000000", "null"),
        "email": ("a@example.ru", "b@example.ru", "null"),
        "ctCallerId": ("0a", "null"),
        "timestamp": [f"{int(START.timestamp()) + day * 86400 * 20}" for day in range(5)],
    }.items():
        if random.random() < 0.5:
            params[name] = random.choice(values)
    return Sent(number, START + timedelta(seconds=number, milliseconds=7), params)


def cut(sent: list[Sent], random: Random) -> list[list[Sent]]:
    batches = [[sent[0]]]
    for one in sent[1:]:
        if random.random() < 0.3:
            batches.append([])
        batches[-1].append(one)
    return batches
