"""A store of four weeks of a simulated Calltouch with two webhooks; nobody leaves it changed."""

import json
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pytest
from duckdb import DuckDBPyConnection

from analytics.calendar.definition import WorkCalendar
from analytics.calendar.table import replace_calendar
from analytics.fold import DECODED, fold
from analytics.store import StoreFingerprint, open_store, transaction
from receiver.decode import decode
from simulator.lives.leads import Lead
from simulator.market.rhythm import MOSCOW
from simulator.webhooks.configured import usual_webhooks
from simulator.webhooks.form_encoding import CONTENT_TYPE
from simulator.webhooks.sendings import Sending, sendings
from simulator.world import World
from tests.made_once import made_once

ZONE = "Europe/Moscow"
UNTIL = datetime(2026, 11, 20, 17, 0, tzinfo=MOSCOW)
"""A Friday; the last holiday was two weeks ago."""
DAYS = 28


def small_account() -> list[Lead]:
    return list(World(UNTIL, leads=800, days=DAYS, sites=2))


def _folded(directory: Path) -> None:
    sent = sorted(sendings(small_account(), usual_webhooks()), key=lambda one: one.sent_at)
    rows = [_row(number, one) for number, one in enumerate(sent, 1)]
    db = open_store(directory / "store.duckdb", StoreFingerprint(ZONE, "tests"))
    with transaction(db):
        fold(db, pa.Table.from_pylist(rows, schema=DECODED))
    replace_calendar(db, WorkCalendar(), UNTIL.year)
    db.close()


def _row(number: int, sending: Sending) -> dict[str, object]:
    params = decode(sending.query, sending.body, CONTENT_TYPE, {}).params
    return {
        "delivery_id": number,
        "received_at": datetime.fromtimestamp(sending.sent_at + 2, MOSCOW),
        "webhook": sending.webhook,
        "origin": "webhook",
        "method": sending.method,
        "source_ip": "92.118.66.7",
        "webhook_model": None,
        "webhook_kind": None,
        "problems": [],
        "is_empty": False,
        "params": json.dumps(params, ensure_ascii=False),
    }


@pytest.fixture(scope="session")
def account_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_once(tmp_path_factory, "signs", _folded) / "store.duckdb"


@pytest.fixture(scope="session")
def opened(account_store: Path) -> Iterator[DuckDBPyConnection]:
    """A file of its own: another process may have the store open."""
    with TemporaryDirectory() as own:
        path = shutil.copy(account_store, own)
        store = open_store(Path(path), StoreFingerprint(ZONE, "tests"))
        yield store
        store.close()


@pytest.fixture
def db(opened: DuckDBPyConnection) -> Iterator[DuckDBPyConnection]:
    """What a test changes is undone."""
    opened.execute("begin")
    yield opened
    opened.execute("rollback")
