"""A lead with very many deliveries: what one more reads, and what is kept of the others."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from duckdb import DuckDBPyConnection

from analytics.fold import fold_incoming, incoming, long_life, stored
from analytics.fold.stored import in_pages
from analytics.store import transaction
from tests.analytics.fold.folding import decoded_table, new_store, tables_of
from tests.analytics.fold.plain_fold import Sent, plain_fold
from tests.analytics.fold.test_fold import START

MANY = 400
SPACING = 50

Life = list[Sent]
Reads = list[int]


def sent(number: int, at: int, **params: Any) -> Sent:
    stamp = str(int(START.timestamp()) + at)
    said = {"leadtype": "call", "id": "1", "sendingTimestamp": stamp, **params}
    return Sent(number, START + timedelta(hours=1, seconds=number), said)


def changing(number: int) -> Sent:
    """Ten seconds after the one before it, with another value of one field."""
    said = {"status": str(number), "deal": [{"id": "1"}]}
    return sent(number, number * 10, callphase="calldisconnected", **said)


@pytest.fixture
def db(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[DuckDBPyConnection]:
    monkeypatch.setattr(long_life, "SPACING", SPACING)
    with new_store(tmp_path) as store:
        yield store


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> Reads:
    """The ids of stored deliveries that were read."""
    found: Reads = []

    def noted(*args: Any) -> Iterator[Any]:
        for one in in_pages(*args):
            found.append(one.delivery_id)
            yield one

    monkeypatch.setattr(long_life, "in_pages", noted)
    return found


def take(db: DuckDBPyConnection, batch: Life, progress: Callable[[], None] = lambda: None) -> None:
    with transaction(db):
        fold_incoming(db, incoming(decoded_table(batch)), progress)


def long_life_of(db: DuckDBPyConnection, make: Callable[[int], Sent] = changing) -> Life:
    life = [make(number) for number in range(1, MANY + 1)]
    for start in range(0, MANY, 100):
        take(db, life[start : start + 100])
    return life


def assert_right(db: DuckDBPyConnection, life: Life) -> None:
    found, expected = tables_of(db), plain_fold(life)
    for table in found:
        assert found[table] == expected.get(table, set()), table


def test_one_more_in_order_reads_nothing(db: DuckDBPyConnection, reads: Reads) -> None:
    life = long_life_of(db)
    # Those that were there when the lead became a long one.
    assert reads == [*range(1, 101)] * 2
    reads.clear()
    for number in range(MANY + 1, MANY + 4):
        life.append(changing(number))
        take(db, life[-1:])
    assert reads == []
    assert_right(db, life)


def test_late_ones_read_what_is_about_their_places(db: DuckDBPyConnection, reads: Reads) -> None:
    life = long_life_of(db)
    reads.clear()
    life += [
        sent(MANY + 1, 1005, status="late"),
        sent(MANY + 2, 1006, manager="Анна"),
        sent(MANY + 3, 3005, manager="Борис"),
        sent(MANY + 4, MANY * 10 + 5, manager="Вера"),
    ]
    take(db, life[MANY:])
    assert 0 < len(reads) < MANY
    assert len(set(reads)) == len(reads)
    assert_right(db, life)


def test_a_late_one_is_read_about_once(db: DuckDBPyConnection, reads: Reads) -> None:
    """What it says is overwritten soon, and so is the rest of its life as it was."""
    life = long_life_of(db)
    reads.clear()
    life.append(sent(MANY + 1, 1005, status="late"))
    take(db, life[-1:])
    assert 0 < len(reads) <= 2 * SPACING
    assert_right(db, life)


def test_samples_that_are_resent_for_ever_read_no_more_each_time(
    db: DuckDBPyConnection, reads: Reads
) -> None:
    def sample(number: int) -> Sent:
        at, phase = ((0, "callconnected"), (60, "calldisconnected"), (90, ""))[number % 3]
        return sent(number, at, callphase=phase, status=phase and "a", manager=str(at))

    life = long_life_of(db, sample)
    for number in range(MANY + 1, MANY + 40, 3):
        reads.clear()
        batch = [sample(number), sample(number + 1), sample(number + 2)]
        life += batch
        take(db, batch)
        assert len(reads) <= 3 * 2 * SPACING
    assert_right(db, life)
    # The states stay as near to one another as they were.
    ((states,),) = db.execute("select count(*) from digest.lead_states").fetchall()
    assert states <= len(life) // SPACING + 3


def test_a_new_first_start_has_everything_read_once(db: DuckDBPyConnection, reads: Reads) -> None:
    life = long_life_of(db)
    reads.clear()
    life += [sent(MANY + n, 5000 + n, callphase="callconnected") for n in (1, 2)]
    take(db, life[MANY:])
    assert sorted(reads) == [*range(1, MANY + 1)]
    assert_right(db, life)


def test_a_field_that_a_webhook_words_at_last_has_everything_read(
    db: DuckDBPyConnection, reads: Reads
) -> None:
    life = [sent(number, number, status=str(number)) for number in range(1, 100)]
    life[5:90:7] = [
        Sent(one.delivery_id, one.received_at, {**one.params, "statusDetails": "x"}, origin="api")
        for one in life[5:90:7]
    ]
    take(db, life)
    life.append(sent(100, 100))
    take(db, life[-1:])
    reads.clear()
    life.append(sent(101, 101, statusDetails="Абонент не ответил"))
    take(db, life[-1:])
    assert sorted(reads) == [*range(1, 101)]
    assert_right(db, life)


def test_pages_are_of_bounded_size(db: DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored, "_PAGE_BYTES", 20_000)
    pages: list[int] = []
    read = stored._read

    def noted(*args: Any) -> Any:
        found = read(*args)
        pages.append(sum(len(str(one.params)) for one in found))
        return found

    monkeypatch.setattr(stored, "_read", noted)
    long = {7: "x" * 15_000, 90: "y" * 50_000, 91: "z" * 9_000, 92: "я" * 9_000}
    life = long_life_of(db, lambda n: sent(n, n, fio=long.get(n, "a"), note=long.get(n, [])))
    life.append(sent(MANY + 1, 0, callphase="callconnected"))
    pages.clear()
    take(db, life[-1:])
    assert max(pages) < 20_000 * 1.5 or max(pages) < 110_000
    assert len(pages) > 5
    assert_right(db, life)


def test_short_leads_with_much_behind_them_are_read_some_at_a_time(
    db: DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    life = [sent(n, n, id=str(n % 10), fio="x" * 1000, status=str(n)) for n in range(1, 41)]
    take(db, life[:20])
    for most in (3_000, 500):
        monkeypatch.setattr("analytics.fold.stored.MOST_BYTES", most)
        monkeypatch.setattr("analytics.fold.short_life.MOST_BYTES", most)
        take(db, life[20:30] if most == 3_000 else life[30:])
    assert_right(db, life)


class GivenUp(Exception):
    pass


def test_who_gives_up_meanwhile_leaves_the_store_as_it_was(
    db: DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    life = long_life_of(db)
    before = tables_of(db)
    monkeypatch.setattr(stored, "_PAGE_ROWS", 50)
    monkeypatch.setattr("analytics.fold.output._MOST_DELIVERIES", 60)
    calls: list[None] = []

    def give_up() -> None:
        calls.append(None)
        if len(calls) > 6:
            raise GivenUp

    life.append(sent(MANY + 1, 0, callphase="callconnected"))
    with pytest.raises(GivenUp):
        take(db, life[-1:], give_up)
    assert tables_of(db) == before
    take(db, life[-1:])
    assert_right(db, life)
