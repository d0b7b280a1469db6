"""The receiver accepts a simulated world as real: no problems, no false gaps."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import orjson
import pyarrow as pa
import pytest
from duckdb import DuckDBPyConnection

from analytics.fold import DECODED, fold
from analytics.store import StoreFingerprint, open_store, transaction
from receiver.decode import decode
from simulator.lives.leads import Call, Lead
from simulator.webhooks.form_encoding import CONTENT_TYPE
from simulator.webhooks.mishaps import MishapCounts, Mishaps, befall
from simulator.webhooks.sendings import Sending


@pytest.fixture
def db(tmp_path: Path) -> Iterator[DuckDBPyConnection]:
    with open_store(tmp_path / "store.duckdb", StoreFingerprint("Europe/Moscow", "")) as store:
        yield store


def _fold(db: DuckDBPyConnection, delivered: Iterable[Sending]) -> None:
    rows = [_row(number, sending) for number, sending in enumerate(delivered, 1)]
    columns = [list(column) for column in zip(*rows, strict=True)]
    with transaction(db):
        fold(db, pa.table(columns, schema=DECODED))


def _row(delivery_id: int, sending: Sending) -> tuple[object, ...]:
    problems = decode(sending.query, sending.body, CONTENT_TYPE, {})
    return (
        delivery_id,
        (sending.sent_at + 1) * 1_000_000,
        sending.webhook,
        "webhook",
        sending.method,
        "127.0.0.1",
        None,
        None,
        list(problems.problems),
        problems.is_empty,
        orjson.dumps(problems.params).decode(),
    )


def _one(db: DuckDBPyConnection, question: str) -> int:
    row = db.execute(question).fetchone()
    assert row is not None
    return int(row[0])


def test_nothing_is_wrong_and_nothing_is_missing(
    db: DuckDBPyConnection, leads: list[Lead], sent: list[Sending]
) -> None:
    _fold(db, befall(sent, Mishaps(duplicates=0.05), MishapCounts()))
    assert _one(db, "select count(*) from deliveries where len(problems) > 0") == 0
    assert (
        _one(db, "select count(*) from deliveries where outcome in ('probe', 'quarantined')") == 0
    )
    assert _one(db, "select count(*) from suspected_gaps where reason <> 'call never ended'") == 0
    assert _one(db, "select count(*) from leads") == len(leads)
    assert _one(db, "select count(*) from leads where extra is not null") == 0


def test_the_store_shows_the_calls_as_they_were(
    db: DuckDBPyConnection, leads: list[Lead], sent: list[Sending]
) -> None:
    _fold(db, sent)
    rows = db.execute(
        "select lead_id, duration, is_spam, rating, is_unique, epoch(happened_at)::bigint "
        "from calls"
    ).fetchall()
    expected = [_as_stored(lead) for lead in leads if isinstance(lead, Call)]
    assert sorted(rows) == sorted(expected)


def _as_stored(call: Call) -> tuple[object, ...]:
    condition = call.life[-1].condition
    if condition.talk is None:
        return (call.lead_id, None, None, None, call.is_unique, call.happened_at)
    rating, duration = condition.rating, condition.talk.duration
    return (call.lead_id, duration, condition.is_spam, rating, call.is_unique, call.happened_at)


def test_late_deliveries_leave_no_gap(db: DuckDBPyConnection, sent: list[Sending]) -> None:
    _fold(db, befall(sent, Mishaps(reorder=0.1), MishapCounts()))
    assert _one(db, "select count(*) from suspected_gaps where reason <> 'call never ended'") == 0


def test_losses_leave_gaps(db: DuckDBPyConnection, sent: list[Sending]) -> None:
    _fold(db, befall(sent, Mishaps(loss=0.1), MishapCounts()))
    assert _one(db, "select count(distinct reason) from suspected_gaps") == 2
