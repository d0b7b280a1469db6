"""The daily resync inside `serve`."""

import os
import threading
import time
from datetime import datetime
from datetime import time as time_of_day
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from receiver.resync import daily
from receiver.resync.daily import run_daily, seconds_until
from receiver.settings.settings import Settings, SettingsError
from simulator.api import RunningApi
from simulator.api.faults import ApiFault
from tests.receiver.calltouch_api.account import ask, environment
from tests.road.server import serving

MOSCOW = ZoneInfo("Europe/Moscow")
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("now", "seconds"),
    [
        (datetime(2026, 11, 21, 4, 0, tzinfo=MOSCOW), 1800),
        (datetime(2026, 11, 21, 4, 30, tzinfo=MOSCOW), 86400),
        (datetime(2026, 11, 21, 4, 31, tzinfo=MOSCOW), 86340),
        (datetime(2026, 10, 24, 4, 30, tzinfo=BERLIN), 90000),
    ],
    ids=["soon", "just now", "tomorrow", "the day that has 25 hours"],
)
def test_the_next_time_is_of_the_accounts_clock(now: datetime, seconds: int) -> None:
    assert seconds_until(time_of_day(4, 30), now) == seconds


def test_a_run_that_fails_is_tried_again(
    api: RunningApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("receiver.calltouch_api.rate_limit.RateLimit.wait", lambda pace: None)
    monkeypatch.setattr(daily, "RETRY_SECONDS", 0.1)
    monkeypatch.setattr(daily, "seconds_until", lambda at, now: 0.1)
    settings = Settings.load({**environment(api, tmp_path / "data"), "CALLTOUCH_RESYNC_DAYS": "2"})
    api.state.faults.order(ApiFault("403"))
    stop = threading.Event()
    running = threading.Thread(target=run_daily, args=(settings, time_of_day(4, 30), stop))
    running.start()
    deadline = time.monotonic() + 60
    published = tmp_path / "data" / "calltouch.duckdb"
    while not published.exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    stop.set()
    running.join(60)
    assert not running.is_alive()
    assert api.state.journal.statuses[403] >= 1
    assert ask(tmp_path / "data", "select count(*) from deliveries") is not None


def test_serve_keeps_it_running_when_it_is_wanted(tmp_path: Path) -> None:
    with serving(tmp_path / "data", CALLTOUCH_RESYNC_AT="04:30") as server:
        deadline = time.monotonic() + 30
        while not server.children("resync --daily") and time.monotonic() < deadline:
            time.sleep(0.1)
        (running,) = server.children("resync --daily")
        assert server.stop() == 0
        assert not Path(f"/proc/{running}").exists()
    assert "resync started" in server.log


def test_a_time_that_is_none_is_refused() -> None:
    with pytest.raises(SettingsError, match="a time of day like 04:30"):
        Settings.load({**os.environ, "CALLTOUCH_RESYNC_AT": "25:00"})
