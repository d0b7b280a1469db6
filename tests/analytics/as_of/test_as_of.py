"""What was known at an instant is what a store of the deliveries until then holds."""

import random
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pytest
from duckdb import DuckDBPyConnection
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.as_of.known_until import KnownUntil
from analytics.compare import KEYS
from analytics.fold.short_life import fold_lives
from analytics.published_file import NotReadable, Published, PublishedFile
from tests.analytics.fold.folding import fold_into, new_store
from tests.analytics.fold.plain_fold import Sent
from tests.analytics.fold.test_links import call as links_call
from tests.analytics.fold.test_links import crowd
from tests.analytics.fold.test_properties import START, lives, long_lives
from tests.faults.rounds import chance, rounds

OTHERS = (
    *("digest.deliveries", "digest.lead_changes", "calls", "requests", "missed_calls"),
    *("leads_by_day", "leads_by_day_and_model"),
)


def rows_of(db: DuckDBPyConnection) -> dict[str, list[str]]:
    """Every table that the fold makes, and what is a view over them, row by row."""
    names = (*KEYS, *OTHERS)
    return {name: sorted(map(repr, db.execute(f"from {name}").fetchall())) for name in names}


@contextmanager
def made(deliveries: Sequence[Sent], timezone: str = "Europe/Moscow") -> Iterator[Path]:
    """A closed store of these, as it is published."""
    with tempfile.TemporaryDirectory() as directory:
        with new_store(Path(directory), timezone) as db:
            fold_into(db, [list(deliveries)])
            db.execute("delete from freshness")
            db.execute("insert into freshness values (now(), null, null, 'test', 8)")
        yield Path(directory) / "store.duckdb"


def known_now(deliveries: Sequence[Sent], as_of: datetime) -> dict[str, list[str]]:
    """What a store of only those received until then holds."""
    received = [one for one in deliveries if one.received_at <= as_of]
    with made(received) as path, Published(PublishedFile(path)).reading() as db:
        return rows_of(db)


def publish_as(path: Path, target: Path) -> None:
    shutil.copy(path, target.with_suffix(".new"))
    target.with_suffix(".new").rename(target)


def known_through(
    files: Sequence[Sequence[Sent]], as_of: datetime, directory: Path
) -> dict[str, list[str]]:
    """The same from files of more and more deliveries, one published after the other."""
    target = directory / "calltouch.duckdb"
    published = Published(PublishedFile(target), attaches=KnownUntil(as_of).attach)
    rows: dict[str, list[str]] = {}
    for deliveries in files:
        with made(deliveries) as path:
            publish_as(path, target)
        with published.reading() as db:
            rows = rows_of(db)
    return rows


def shaken(deliveries: list[Sent], luck: random.Random) -> list[Sent]:
    """Some of them received while the clock was wrong by some seconds."""
    return [
        replace(one, received_at=one.received_at + timedelta(seconds=luck.choice([0, 0, 0, -3])))
        for one in deliveries
    ]


@settings(max_examples=rounds(4, 300), deadline=None)
@given(st.one_of(lives(always_stamped=False), long_lives()), st.integers(0, 1000))
def test_it_equals_a_store_of_what_had_been_received(deliveries: list[Sent], seed: int) -> None:
    """From one file or several, with leads of which all is in memory at once or not."""
    luck = random.Random(seed)
    deliveries = shaken(deliveries, luck)
    as_of = START + timedelta(seconds=luck.randint(-1, len(deliveries)))
    cuts = sorted(luck.choices(range(len(deliveries) + 1), k=luck.randint(0, 2)))
    files = [*(deliveries[:cut] for cut in cuts), deliveries]
    with pytest.MonkeyPatch.context() as small, tempfile.TemporaryDirectory() as directory:
        small.setattr("analytics.as_of.folding._AT_ONCE", luck.choice([0, 300, 16 << 20]))
        small.setattr("analytics.as_of.folding._MOST_LEADS", luck.choice([1, 5_000]))
        small.setattr("analytics.as_of.folding._PORTION", luck.choice([1, 3, 1_000]))
        small.setattr("analytics.fold.FEW", luck.choice([0, 2, 64]))
        found = known_through(files, as_of, Path(directory))
    assert found == known_now(deliveries, as_of)


@pytest.mark.parametrize("turn", range(rounds(6, 200)))
def test_a_client_had_the_previous_leads_that_were_known(tmp_path: Path, turn: int) -> None:
    """Few people, many leads, from one file after the other."""
    luck = chance("known", turn)
    deliveries = crowd(luck)
    as_of = START + timedelta(seconds=luck.randint(1, len(deliveries)))
    cuts = sorted(luck.choices(range(1, len(deliveries) + 1), k=2))
    files = [*(deliveries[:cut] for cut in cuts), deliveries]
    assert known_through(files, as_of, tmp_path) == known_now(deliveries, as_of)


def test_a_previous_lead_that_came_later_and_went_again(tmp_path: Path) -> None:
    known = [links_call(1, 1, 0), links_call(2, 2, 1000)]
    came = links_call(3, 3, 400)
    went = links_call(4, 3, 400, callerphone="79990000000")
    files = [[*known, came], [*known, came, went]]
    found = known_through(files, START + timedelta(seconds=2), tmp_path)
    assert found == known_now(known, START + timedelta(seconds=2))
    assert len(found["leads"]) == 2


THEN = START + timedelta(seconds=10)


def sent(number: int, at: int, params: dict[str, Any], **envelope: Any) -> Sent:
    """Received `at` seconds after the start."""
    return Sent(number, START + timedelta(seconds=at), params, **envelope)


def call(lead_id: int, stamp: int, **params: Any) -> dict[str, Any]:
    stamped = str(int(START.timestamp()) + stamp)
    return {"leadtype": "call", "id": str(lead_id), "sendingTimestamp": stamped, **params}


def life() -> list[Sent]:
    """Every kind of what may come after the instant, 10 seconds from the start."""
    return [
        sent(1, 1, call(7, 1, status="a", source="yandex")),
        sent(2, 2, call(7, 5, status="b")),
        sent(3, 3, {}, is_empty=True),
        sent(4, 4, call(8, 4, tags_manual="Продажа", comment=[{"party": "А", "comment": "да"}])),
        sent(5, 5, {"leadtype": "deal", "id": "7"}),
        sent(6, 6, call(9, 6, statusDetails="из API"), origin="api"),
        sent(7, 12, call(7, 3, status="b"), webhook="last-touch"),
        sent(8, 13, call(8, 13, tags_manual="Сервис", attribution="0", source="vk")),
        sent(9, 14, {}, is_empty=True),
        sent(10, 15, call(9, 15, statusDetails="словами вебхука")),
        sent(11, 16, call(10, 2, status="a"), origin="api"),
        sent(12, 17, call(7, 0, callphase="callconnected")),
    ]


@pytest.mark.parametrize("at_once", [0, 16 << 20])
def test_all_kinds_of_later_deliveries_count_for_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    """A late one took a change from another, a second model, what the API gave way to, probes, a
    first start, a lead of the API alone; of leads that fit into memory or do not."""
    monkeypatch.setattr("analytics.as_of.folding._AT_ONCE", at_once)
    now = known_now(life(), THEN + timedelta(days=1))
    found = known_through([life()], THEN, tmp_path)
    assert found == known_now(life(), THEN)
    differing = {table for table, rows in found.items() if rows != now[table]}
    assert differing >= {"leads", "lead_changes", "lead_attributions", "lead_tags", "deliveries"}
    assert sum("'updated'" in row for row in found["deliveries"]) == 1


def test_a_delivery_that_was_digested_late_is_known_after_all(tmp_path: Path) -> None:
    """It was received before the instant, by another worker, and stands behind a later one."""
    late = [*life(), sent(13, 9, call(8, 9, tags_manual="Сервис"))]
    found = known_through([life(), late], THEN, tmp_path)
    assert found == known_now(late, THEN)
    assert found != known_now(life(), THEN)


def test_a_newer_file_costs_what_it_adds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folded: list[int] = []

    def counted(lives: dict[Any, Any], *rest: Any) -> None:
        folded.append(len(lives))
        fold_lives(lives, *rest)

    monkeypatch.setattr("analytics.as_of.folding.fold_lives", counted)
    found = known_through([life()[:8], life(), [*life(), sent(13, 18, {})]], THEN, tmp_path)
    assert found == known_now(life(), THEN)
    assert folded == [2, 1]


def test_a_store_made_otherwise_is_folded_anew(tmp_path: Path) -> None:
    """Its local times are those of another zone now."""
    timed = [sent(1, 1, call(7, 1, calltime="2026-11-01 10:00:00")), *life()[6:]]
    published = Published(
        PublishedFile(tmp_path / "calltouch.duckdb"), attaches=KnownUntil(THEN).attach
    )
    for zone in ("Europe/Moscow", "Asia/Vladivostok"):
        with made(timed, zone) as path:
            publish_as(path, published.source.file)
        with published.reading() as db:
            ((happened_at,),) = db.execute("select happened_at from leads").fetchall()
        assert happened_at == datetime(2026, 11, 1, 10, tzinfo=ZoneInfo(zone))


def test_a_file_of_another_version_has_to_be_rebuilt_first(tmp_path: Path) -> None:
    published = Published(
        PublishedFile(tmp_path / "store.duckdb"), attaches=KnownUntil(THEN).attach
    )
    with made(life()) as path:
        publish_as(path, published.source.file)
    with duckdb.connect(str(published.source.file)) as db:
        db.execute("update digest.basis set value = '7' where name = 'schema_version'")
    with pytest.raises(NotReadable, match="another version"), published.reading():
        pass
