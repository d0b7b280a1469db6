"""The store is a function of the set of deliveries: any order, any batching, any repetition.

Other lives with every run, and many more of them by `make faults`.
"""

import random
import tempfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from duckdb import DuckDBPyConnection
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.analytics.fold.folding import fold_into, new_store, tables_of
from tests.analytics.fold.plain_fold import Sent, plain_fold
from tests.faults.rounds import rounds

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
EMPTY = ["null", "undefined", "", "<не указано>", "<не заполнено>"]


def one_of(*values: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from([*values, *EMPTY])


def texts(*values: str) -> st.SearchStrategy[Any]:
    """One of them as it is, or several in a list, which may be in another."""
    element = one_of(*values)
    return st.one_of(
        element, st.lists(st.one_of(element, st.lists(element, max_size=2)), max_size=3)
    )


LIST = st.lists(
    st.fixed_dictionaries({}, optional={"party": st.just("Иван"), "comment": one_of("да", "нет")}),
    max_size=2,
)
URL_PARAMS = st.lists(
    st.fixed_dictionaries({"name": st.just("ab"), "value": one_of("1")}), max_size=2
)
PHRASES = st.lists(
    st.fixed_dictionaries({"channel": st.just("client"), "phrase": one_of("алло")}), max_size=2
)
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "callphase": one_of("callconnected", "calldisconnected", " callconnected"),
    "changedFields": st.one_of(
        texts("status,comment", "duration, tags_manual,reclink", "add_url_params,x"),
        st.just({"status": "1"}),
    ),
    "callerphone": one_of("+7 (916) 123-45-67", "8-916-123-45-67 доб. 12345", "7916XXX4567", "102"),
    "email": one_of(" Anna@Example.RU", "anna@example.ru", "нет", "@"),
    "ctCallerId": one_of("0a", "0b"),
    "attribution": one_of("1", "0", "0 ", "2"),
    "status": texts("successful", "unsuccessful"),
    "statusDetails": one_of("Абонент не ответил", "No answer"),
    "duration": texts("12", "12.7", "0012", "99999999999"),
    "rating": one_of("5", "40000", "x"),
    "spam": one_of("true", "false", "да"),
    "unique": one_of("true", "false"),
    "uniquerequest": one_of("true", "false"),
    "targetcall": one_of("target", "non-target", "true"),
    "worktime": one_of("worktime", "non-worktime"),
    "timestamp": one_of("1695673772", "-1", "0", "1e9", "253402300799", "1793872800"),
    "calltime": one_of(
        "2023-09-25 23:29:32", "2023-02-30 10:00:00", "0001-01-01 00:00:00", "2014-10-26 01:30:00"
    ),
    "requestDate": one_of("2023-09-25 23:35:16", "вчера"),
    "siteId": one_of("10001", "10002", "+10001", "сайт"),
    "reclink": one_of("https://api-node1.example/1", "https://api-node1.example/2"),
    "tags_manual": texts("Продажа", " Продажа , Сервис,,Продажа", ","),
    "tags_auto_pr": one_of("Спам"),
    "source": one_of("yandex", "(direct)"),
    "utm_campaign": texts("осень", "весна"),
    "sessionId": one_of("10266000", "9223372036854775807", "сессия"),
    "comment": st.one_of(LIST, one_of("слово"), st.just({"a": "b"})),
    "add_url_params": st.one_of(URL_PARAMS, one_of("x")),
    "text": st.one_of(PHRASES, one_of()),
    "незнакомый": st.one_of(one_of("да"), st.just([{"a": "1"}]), st.just({"b": "2"})),
}
IDENTITIES: list[dict[str, Any]] = [
    {"leadtype": "call", "id": "7"},
    {"leadtype": " call ", "id": "8"},
    {"leadtype": ["call"], "id": ["8"]},
    {"leadtype": "Call", "id": "8"},
    {"leadtype": "request", "requestId": "7"},
    {"requestId": "9", "id": "1"},
    {"requestId": "9", "subject": "Звонок"},
    {"id": "7", "callerphone": "79990001122", "calltime": "2023-09-25 23:29:32"},
    {"id": "7", "dealName": "Окна"},
    {"requestId": "7", "chatId": "12", "requestDate": "2023-09-25 23:35:16"},
    {"id": "7", "orderId": "5"},
    {"leadtype": "deal", "id": "7"},
    {"id": "7"},
    {"leadtype": "request", "id": "7"},
    {"leadtype": "chat", "id": "7"},
    {"leadtype": "call", "id": "семь"},
]
IDENTITY = st.sampled_from(IDENTITIES)


# Of what a long life is made: one call, the usual fields, a few stamps.
LONG_FIELDS = (
    *("callphase", "changedFields", "attribution", "status", "statusDetails", "duration"),
    *("siteId", "rating", "comment", "source", "reclink", "незнакомый"),
)


@st.composite
def lives(draw: st.DrawFn, always_stamped: bool) -> list[Sent]:
    count = draw(st.integers(1, 8))
    sent = []
    for number in range(count):
        params = dict(draw(IDENTITY))
        # The first is within the hour that came twice in Moscow.
        stamps = st.integers(0, 5).map(
            lambda n: str(int(START.timestamp()) + n if n else 1414274400)
        )
        if always_stamped or draw(st.booleans()):
            params["sendingTimestamp"] = draw(stamps)
        names = draw(st.lists(st.sampled_from(sorted(FIELDS)), max_size=8, unique=True))
        params.update({name: draw(FIELDS[name]) for name in names})
        sent.append(
            Sent(
                delivery_id=number + 1,
                received_at=START + timedelta(seconds=number, milliseconds=7),
                params=params,
                webhook=draw(st.sampled_from(["default", "last-touch"])),
                origin="webhook" if always_stamped else draw(st.sampled_from(["webhook", "api"])),
                webhook_model=draw(st.sampled_from([None, 0, 1])),
                webhook_kind=draw(st.sampled_from([None, None, None, "leads", "deals"])),
            )
        )
    return sent


@st.composite
def long_lives(draw: st.DrawFn) -> list[Sent]:
    """Mostly of one call, mostly in order, with resent ones among them."""
    shapes = [
        {name: draw(FIELDS[name]) for name in draw(st.lists(st.sampled_from(LONG_FIELDS)))}
        for _ in range(draw(st.integers(1, 4)))
    ]
    sent = []
    for number in range(draw(st.integers(6, 40))):
        params = {**draw(st.sampled_from(shapes)), "id": draw(st.sampled_from("7777778"))}
        stamp = draw(st.sampled_from([number, number, number // 3, 0, None, -1]))
        if stamp is not None:
            params["sendingTimestamp"] = str(int(START.timestamp()) + stamp)
        sent.append(
            Sent(
                delivery_id=number + 1,
                received_at=START + timedelta(seconds=number, milliseconds=7),
                params=params,
                webhook=draw(st.sampled_from(["default", "default", "last-touch"])),
                origin=draw(st.sampled_from(["webhook", "webhook", "api"])),
            )
        )
    return sent


def batched(deliveries: list[Sent], seed: int) -> list[list[Sent]]:
    chance = random.Random(seed)
    batches: list[list[Sent]] = [[]]
    for sent in deliveries:
        if chance.random() < 0.4:
            batches.append([])
        batches[-1].append(sent)
    return [batch for batch in batches if batch]


def folded(batches: list[list[Sent]]) -> dict[str, set[Any]]:
    with tempfile.TemporaryDirectory() as directory, new_store(Path(directory)) as db:
        fold_into(db, batches)
        return tables_of(db)


def assert_same(found: dict[str, set[Any]], expected: dict[str, set[Any]]) -> None:
    for table in found:
        assert found[table] == expected.get(table, set()), table


@settings(max_examples=rounds(25, 400), deadline=None)
@given(lives(always_stamped=False), st.integers(0, 1000))
def test_equals_a_plain_fold_in_any_batching(deliveries: list[Sent], seed: int) -> None:
    one_by_one = [[sent] for sent in deliveries]
    batches = ([deliveries], batched(deliveries, seed), one_by_one)[seed % 3]
    assert_same(folded(batches), plain_fold(deliveries))


@settings(max_examples=rounds(12, 200), deadline=None)
@given(lives(always_stamped=True), st.integers(0, 1000))
def test_any_order_and_repetition_give_the_same_leads(deliveries: list[Sent], seed: int) -> None:
    chance = random.Random(seed)
    repeated = [sent for sent in deliveries for _ in range(1 + (chance.random() < 0.3))]
    shuffled = list(repeated)
    chance.shuffle(shuffled)
    # Sendings of one second keep their order of receipt, so they may not overtake one another.
    arrived = in_order_within_a_second(shuffled, repeated)
    numbered = [
        replace(sent, delivery_id=n + 1, received_at=START + timedelta(seconds=n))
        for n, sent in enumerate(arrived)
    ]
    assert_same(*map(without_receipt, (folded(batched(numbered, seed)), folded([deliveries]))))


@settings(max_examples=rounds(20, 400), deadline=None)
@given(long_lives(), st.integers(0, 1000))
def test_long_lives_are_folded_like_short_ones(deliveries: list[Sent], seed: int) -> None:
    """With states so near to one another, pages and portions so small that all of them matter."""
    chance = random.Random(seed)
    with (
        pytest.MonkeyPatch.context() as small,
        tempfile.TemporaryDirectory() as directory,
        new_store(Path(directory)) as db,
    ):
        small.setattr("analytics.fold.long_life.SPACING", chance.choice([1, 2, 3, 500]))
        small.setattr("analytics.fold.stored._PAGE_ROWS", chance.choice([1, 3, 5_000]))
        small.setattr("analytics.fold.output._MOST_DELIVERIES", chance.choice([1, 4, 5_000]))
        for batch in batched(deliveries, seed):
            small.setattr("analytics.fold.FEW", chance.choice([0, 0, 0, 2, 10]))
            db.execute(chance.choice(LOSSES))
            fold_into(db, [batch])
        assert_same(tables_of(db), plain_fold(deliveries))
        assert_cache_is_small(db)


# What the cache of states may lose without harm; mostly nothing.
LOSSES = (
    *["select 1"] * 6,
    "delete from digest.lead_facts",
    "delete from digest.lead_states",
    "delete from digest.lead_states where delivery_id % 3 = 0",
)


def assert_cache_is_small(db: DuckDBPyConnection) -> None:
    """Each state is there once, and none is of what is no delivery of the lead."""
    query = """select count(*), count(distinct (lead_type, lead_id, delivery_id)),
        count(distinct stored.delivery_id)
        from digest.lead_states
        left join digest.deliveries as stored using (lead_type, lead_id, delivery_id, sort_key)"""
    ((states, different, known),) = db.execute(query).fetchall()
    assert states == different == known
    ((summaries, leads),) = db.execute(
        "select count(*), count(distinct (lead_type, lead_id)) from digest.lead_facts"
    ).fetchall()
    assert summaries == leads


def in_order_within_a_second(shuffled: list[Sent], original: list[Sent]) -> list[Sent]:
    waiting: dict[str, list[Sent]] = {}
    for sent in original:
        waiting.setdefault(sent.params["sendingTimestamp"], []).append(sent)
    return [waiting[sent.params["sendingTimestamp"]].pop(0) for sent in shuffled]


def without_receipt(tables: dict[str, set[Any]]) -> dict[str, set[Any]]:
    """Without ids, times and counts of receipt, and without the deliveries themselves."""
    counted = ("first_received_at", "last_received_at", "delivery_count")
    return {
        "leads": {tuple(item for item in row if item[0] not in counted) for row in tables["leads"]},
        "lead_changes": {row[:6] + row[7:] for row in tables["lead_changes"]},
        **{
            name: rows
            for name, rows in tables.items()
            if name not in ("leads", "lead_changes", "deliveries", "delivery_gaps")
        },
    }
