"""An account at a simulated Calltouch: its webhooks and its API."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from receiver.data_dir import DataDir
from receiver.digest.running import Digest
from receiver.inbox.delivery import Delivery
from receiver.settings.settings import Settings
from simulator.api import RunningApi
from simulator.market.rhythm import MOSCOW
from simulator.webhooks.form_encoding import CONTENT_TYPE
from simulator.webhooks.sendings import Sending
from tests.receiver.deliveries import put

UNTIL = datetime(2026, 11, 21, tzinfo=MOSCOW)
DAYS = ["--from", "2026-11-15", "--to", "2026-11-20"]
LEADS = 150
FAST = 1_000_000


def environment(api: RunningApi, directory: Path) -> dict[str, str]:
    return {
        "CALLTOUCH_DATA_DIR": str(directory),
        "CALLTOUCH_API_URL": api.url,
        "CALLTOUCH_API_TOKEN": "simulated-token",
        "CALLTOUCH_SITE_IDS": "10001,10002",
    }


def day_of(sending: Sending) -> int:
    return datetime.fromtimestamp(sending.sent_at, MOSCOW).day


def receive(directory: Path, sent: Iterable[Sending]) -> Path:
    """A store with these sendings."""
    settings = Settings.load({"CALLTOUCH_DATA_DIR": str(directory)})
    place = "/webhook"
    put(
        settings,
        (
            Delivery(one.webhook, one.method, place, one.query, one.body, CONTENT_TYPE, "192.0.2.1")
            for one in sent
        ),
    )
    Digest(settings).finish()
    return directory


def ask(directory: Path, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(DataDir(directory).published), read_only=True) as db:
        return db.execute(query).fetchall()
