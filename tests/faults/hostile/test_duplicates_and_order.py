"""The same delivery many times, many at once, in any order: one truth comes out."""

import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import permutations
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import duckdb
import pytest
import requests

from receiver.data_dir import DataDir
from receiver.digest.archive.archive import Archive
from receiver.digest.running import Digest
from receiver.inbox.delivery import Delivery
from receiver.settings.settings import Settings
from tests.faults.hostile.looking import deliveries
from tests.faults.rounds import chance, rounds
from tests.faults.table import record
from tests.receiver.deliveries import call, put
from tests.road.server import serving

# What depends on the time of receipt and on the ids, which orders are free to give otherwise.
LEADS = "select * exclude (first_received_at, last_received_at) from leads order by all"
CHANGES = (
    "select lead_type, lead_id, changed_at, field, old_value, new_value, is_declared "
    "from lead_changes order by all"
)
TABLES = (
    LEADS,
    CHANGES,
    "select * from lead_attributions order by all",
    "select * from lead_tags order by all",
    "select * from lead_comments order by all",
)

CHAIN = [
    call(7, 1695673700, callphase="callconnected", callerphone="79990001122", siteId="42"),
    call(7, 1695673760, callphase="calldisconnected", duration="31", status="successful"),
    call(7, 1695673800, changedFields="tags_manual", tags_manual="Продажа"),
    call(7, 1695673900, changedFields="status,fio", status="unsuccessful", fio="Анна"),
    call(7, 1695674000, changedFields="tags_manual,status", tags_manual="", status="successful"),
]
"""Five sendings about one call, as its life brings them."""


def test_the_same_bytes_over_and_over(tmp_path: Path) -> None:
    """T-28"""
    count = rounds(100, 1000)
    body = urlencode({"leadtype": "call", "id": "5", "fio": "Анна", "sendingTimestamp": 1700000000})
    with serving(tmp_path / "data") as server, ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: server.send(body).status_code, range(count)))
        assert answers == [200] * count
        assert [one.body for one in deliveries(server.data_dir)] == [body.encode()] * count
        server.settle()
        assert server.ask("select lead_id, delivery_count from leads") == [(5, count)]
        assert server.ask("select count(*) from lead_changes") == [(0,)]
        outcomes = server.ask("select outcome, count(*) from deliveries group by all order by all")
        assert outcomes == [("created", 1), ("unchanged", count - 1)]
    record("T-28 duplicates", sent=count, kept=count, leads=1)


def test_every_order_of_a_life_tells_the_same_life(settings: Settings, tmp_path: Path) -> None:
    """T-29: in one store, every order as a lead of its own."""
    orders = list(permutations(CHAIN))
    digest_in_steps(settings, orders)
    # One client's leads, which tell no time of their own: how long one came after another is left
    # to the times of receipt.
    leads = ask(
        settings,
        LEADS.replace(
            "exclude (",
            "exclude (lead_id, since_previous, "
            "since_previous_crossed, since_previous_any_site, since_previous_any_site_crossed, "
            "person_previous_day, person_turn, ",
        ),
    )
    assert len(leads) == len(orders) == 120
    assert len(set(map(repr, leads))) == 1
    histories: dict[int, list[tuple[Any, ...]]] = {}
    for kind, lead, *change in ask(settings, CHANGES):
        histories.setdefault(lead, []).append((kind, *change))
    assert len(histories) == 120
    assert len(set(map(repr, histories.values()))) == 1
    assert ask(settings, "select distinct delivery_count, status, duration from leads") == [
        (5, "successful", 31)
    ]
    record("T-29 orders of five events", orders=len(orders), different_ends=0)


def test_at_equal_times_the_later_receipt_wins(settings: Settings) -> None:
    """T-29: but a call's beginning comes before its end, whenever it was received."""
    put(settings, [call(1, status="first"), call(1, status="second")])
    put(settings, [call(2, status="ended"), call(2, callphase="callconnected", status="begun")])
    digest(settings)
    assert ask(settings, "select lead_id, status from leads order by all") == [
        (1, "second"),
        (2, "ended"),
    ]


@pytest.mark.parametrize("number", range(rounds(1, 3)))
def test_many_at_once_about_the_same_leads(tmp_path: Path, number: int) -> None:
    """T-29b: as if they had come one after another, in the order in which they were kept."""
    events = rounds(30, 500)
    with serving(tmp_path / "data") as server:
        threads = [
            threading.Thread(target=send_events, args=(server.receiver, number, thread, events))
            for thread in range(16)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        server.settle()
        at_once = [server.ask(query) for query in TABLES]
        assert server.stop() == 0
        kept = [one.entry.received.delivery for one in archived(server.data_dir)]
    assert len(kept) == 16 * events
    after_another = Settings.load({"CALLTOUCH_DATA_DIR": str(tmp_path / "again")})
    put(after_another, kept)
    digest(after_another)
    assert [ask(after_another, query) for query in TABLES] == at_once
    record("T-29b same leads at once", deliveries=len(kept), leads=len(at_once[0]), differing=0)


def send_events(address: str, number: int, thread: int, count: int) -> None:
    """Events about fifty leads, whose times of sending are in no order and often equal."""
    one = chance("T-29b", number, thread)
    with requests.Session() as session:
        for _ in range(count):
            fields = {
                "leadtype": "call",
                "id": str(one.randrange(50)),
                "sendingTimestamp": str(1700000000 + one.randrange(200)),
                "attribution": str(one.randrange(2)),
                one.choice(("status", "fio", "utmSource", "tags_manual")): str(one.randrange(9)),
            }
            answer = session.post(address + "/webhook", data=fields, timeout=60)
            assert answer.status_code == 200


def digest_in_steps(settings: Settings, orders: Iterable[Iterable[Delivery]]) -> None:
    """All first deliveries in one batch, all second ones in the next: nothing is put right merely
    because it comes together."""
    numbered = [
        [renumbered(one, number) for one in order] for number, order in enumerate(orders, 1)
    ]
    for step in zip(*numbered, strict=True):
        put(settings, step)
        digest(settings)


def renumbered(delivery: Delivery, lead: int) -> Delivery:
    return replace(delivery, body=delivery.body.replace(b"id=7", b"id=%d" % (1000 + lead), 1))


def digest(settings: Settings) -> None:
    Digest(settings).finish()


def ask(settings: Settings, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(DataDir(settings.data_dir).published), read_only=True) as db:
        return db.execute(query).fetchall()


def archived(data_dir: Path) -> list[Any]:
    return list(Archive(DataDir(data_dir).archive).read())
