"""What was known at an instant is what a store of the deliveries until then holds."""

import random
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from duckdb import DuckDBPyConnection
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.as_of.known_until import KnownUntil
from analytics.compare import KEYS
from analytics.published_file import Published
from tests.analytics.fold.folding import fold_into, new_store
from tests.analytics.fold.plain_fold import Sent
from tests.analytics.fold.test_properties import START, lives, long_lives
from tests.faults.rounds import rounds


def rows_of(db: DuckDBPyConnection) -> dict[str, list[str]]:
    """Every table that the fold makes, and what is a view over them, row by row."""
    return {name: sorted(map(repr, db.table(name).fetchall())) for name in (*KEYS, "calls")}


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
    with made(received) as path, Published(path).reading() as db:
        return rows_of(db)


def publish_as(path: Path, target: Path) -> None:
    shutil.copy(path, target.with_suffix(".new"))
    target.with_suffix(".new").rename(target)


def known_through(
    files: Sequence[Sequence[Sent]], as_of: datetime, directory: Path
) -> dict[str, list[str]]:
    """The same from files of more and more deliveries, one published after the other."""
    target = directory / "calltouch.duckdb"
    published = Published(target, attaches=KnownUntil(as_of).attach)
    rows: dict[str, list[str]] = {}
    for deliveries in files:
        with made(deliveries) as path:
            publish_as(path, target)
        with published.reading() as db:
            rows = rows_of(db)
    return rows


def shaken(deliveries: list[Sent], chance: random.Random) -> list[Sent]:
    """Some of them received while the clock was wrong by some seconds."""
    return [
        replace(one, received_at=one.received_at + timedelta(seconds=chance.choice([0, 0, 0, -3])))
        for one in deliveries
    ]


@settings(max_examples=rounds(4, 300), deadline=None)
@given(st.one_of(lives(always_stamped=False), long_lives()), st.integers(0, 1000))
def test_it_equals_a_store_of_what_had_been_received(deliveries: list[Sent], seed: int) -> None:
    """From one file or several, with leads of which all is in memory at once or not."""
    chance = random.Random(seed)
    deliveries = shaken(deliveries, chance)
    as_of = START + timedelta(seconds=chance.randint(-1, len(deliveries)))
    cuts = sorted(chance.choices(range(len(deliveries) + 1), k=chance.randint(0, 2)))
    files = [*(deliveries[:cut] for cut in cuts), deliveries]
    with pytest.MonkeyPatch.context() as small, tempfile.TemporaryDirectory() as directory:
        small.setattr("analytics.as_of.folding._AT_ONCE", chance.choice([0, 300, 16 << 20]))
        small.setattr("analytics.as_of.folding._MOST_LEADS", chance.choice([1, 5_000]))
        small.setattr("analytics.as_of.folding._PORTION", chance.choice([1, 3, 1_000]))
        small.setattr("analytics.fold.FEW", chance.choice([0, 2, 64]))
        found = known_through(files, as_of, Path(directory))
    assert found == known_now(deliveries, as_of)
