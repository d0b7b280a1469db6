"""`calltouch resync` against a simulated Calltouch: what was lost is recovered like any
delivery."""

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from calltouch.cli import main
from receiver.calltouch_api.exports import ExportPage, ExportWindow
from receiver.calltouch_api.paging import Tally
from receiver.data_dir import DataDir
from receiver.resync.fetching import FetchedWindow, WindowFetcher
from receiver.resync.progress import Progress
from receiver.settings.settings import Settings
from simulator.api import ApiOptions, RunningApi, serving
from simulator.webhooks.sendings import Sending
from simulator.world import World
from tests.faults.rounds import rounds
from tests.receiver.calltouch_api.account import (
    DAYS,
    FAST,
    LEADS,
    ask,
    day_of,
    environment,
    receive,
)

# What the API has for every lead. Not included: what only webhooks know, when and how often
# deliveries came, and what the requests export lacked when it was recorded.
CARRIED = """
    lead_type, lead_id, site_id, happened_at, caller_phone, email, fio, ct_caller_id, call_phase,
    phone_number, sub_pool_name, redirect_number, duration, waiting_time, status, is_callback,
    sip_call_id, call_reference_number, call_url, callback_request_id, request_number, subject,
    request_url, is_unique, is_target, is_unique_target, manager, order_id
"""
TRAFFIC = """
    lead_type, lead_id, attribution_model, source, medium, utm_source, utm_medium, utm_campaign,
    utm_content, utm_term, session_id, url, ref, gcid, ya_client_id, city, ip, user_agent
"""


@pytest.fixture
def environ(api: RunningApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """For this process and its children. Without the rate limit, which has its own tests."""
    monkeypatch.setattr("receiver.calltouch_api.rate_limit.RateLimit.wait", lambda pace: None)
    given = environment(api, tmp_path / "data")
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    return {**os.environ, **given}


def resync(capsys: pytest.CaptureFixture[str], *options: str) -> dict[str, Any]:
    assert main(["resync", *DAYS, "--json", *options]) == 0
    rows: dict[str, Any] = json.loads(capsys.readouterr().out)
    return rows


def test_what_was_lost_comes_back(
    sent: list[Sending],
    whole: Path,
    environ: dict[str, str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    luck = random.Random(7)
    arrived = [one for one in sent if luck.random() > 0.05 and day_of(one) != 18]
    holey = receive(tmp_path / "data", arrived)
    assert ask(holey, "select count(*) from leads") < ask(whole, "select count(*) from leads")

    summary = resync(capsys)

    assert summary["leads"] == summary["new"] + summary["changed"] + summary["unchanged"] == LEADS
    assert summary["new"] > 10
    assert summary["outside_their_day"] == 0
    # The requests export only has model 1, and no source for a request without a session.
    known = """
        lead_attributions
        where lead_type = 'call' or (attribution_model = 1 and session_id is not null)
    """
    for columns, rows in ((CARRIED, "leads"), (TRAFFIC, known)):
        query = f"select {columns} from {rows} order by all"
        assert ask(holey, query) == ask(whole, query)
    # When a tag came is said by the webhook that was lost.
    tags = """
        select * exclude (tagged_at, tagged_after)
        from lead_tags
        where tag_category in ('manual', 'auto_pr')
        order by all
    """
    assert ask(holey, tags) == ask(whole, tags)
    comments = "select * from lead_comments order by all"
    assert ask(holey, comments) == ask(whole, comments)
    assert main(["rebuild", "--verify", "--json"]) == 0


def test_a_complete_store_stays_as_it_is(
    whole: Path,
    environ: dict[str, str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What only webhooks know, or the API formats differently, is left alone."""
    data = shutil.copytree(whole, tmp_path / "data")
    only_webhooks = """
        select lead_type, lead_id, rating, is_spam, is_worktime, reclink, status_details,
            ct_client_id, extra
        from leads order by all
    """
    changes = "select count(*) from lead_changes"
    before, changed_before = ask(data, only_webhooks), ask(data, changes)
    summary = resync(capsys)
    assert (summary["new"], summary["changed"]) == (0, 0), ask(
        data,
        "select field, count(*), min(old_value), min(new_value) from lead_changes "
        "semi join (from deliveries where origin = 'api') using (delivery_id) group by all",
    )
    assert ask(data, only_webhooks) == before
    assert ask(data, changes) == changed_before


def test_again_changes_nothing(
    environ: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = resync(capsys)
    leads = ask(tmp_path / "data", f"select {CARRIED} from leads order by all")
    second = resync(capsys)
    assert (first["new"], first["changed"], first["unchanged"]) == (LEADS, 0, 0)
    assert (second["new"], second["changed"], second["unchanged"]) == (0, 0, LEADS)
    assert ask(tmp_path / "data", f"select {CARRIED} from leads order by all") == leads


def test_only_what_was_asked_for(
    api: RunningApi, environ: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    resync(capsys, "--calls", "--models", "0", "--site", "10002")
    fetched = [entry for entry in api.state.journal.entries if entry.fetched]
    assert {entry.fetched.site_id for entry in fetched if entry.fetched} == {10002}
    assert {entry.query["attribution"] for entry in fetched} == {"0"}
    assert len(fetched) == 6


def test_the_plan_asks_calltouch_nothing(
    api: RunningApi, environ: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    plan = resync(capsys, "--plan")
    assert (plan["days"], plan["sites"], plan["web_requests_at_least"]) == (6, 2, 36)
    assert plan["seconds_at_least"] == 9.0
    assert api.state.journal.entries == []


def test_a_dry_run_keeps_nothing(
    environ: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert resync(capsys, "--dry-run")["would_keep"] > LEADS
    assert list(DataDir(tmp_path / "data").inbox.glob("*.seg")) == []


def test_points_are_not_overspent_and_the_rest_is_fetched_when_there_are_more(
    api: RunningApi,
    environ: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("CALLTOUCH_API_POINTS_PER_DAY", "5")
    assert main(["resync", *DAYS]) == 1
    assert "today's 5 API points" in capsys.readouterr().err
    assert 5 <= len(api.state.journal.entries) <= 10
    finished = _finished(tmp_path / "data")
    assert finished
    api.state.journal.clear()
    monkeypatch.setenv("CALLTOUCH_API_POINTS_PER_DAY", "1000")
    assert resync(capsys)["leads"] == LEADS
    assert not finished & {_window(entry) for entry in api.state.journal.entries}


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ([], "--trailing 10d"),
        (["--from", "2026-11-31"], "is not a date"),
        (["--from", "2026-11-20", "--to", "2026-11-19"], "is before"),
        (["--trailing", "10d", "--from", "2026-11-20"], "not both"),
        (["--trailing", "ten"], "like 10d"),
    ],
)
def test_a_period_that_is_none_is_wrong_usage(
    environ: dict[str, str], options: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["resync", *options]) == 2
    assert says in capsys.readouterr().err


def test_without_site_or_token_it_says_what_to_set(
    environ: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("CALLTOUCH_API_TOKEN")
    assert main(["resync", *DAYS]) == 2
    assert "CALLTOUCH_API_TOKEN_FILE" in capsys.readouterr().err
    monkeypatch.delenv("CALLTOUCH_SITE_IDS")
    assert main(["resync", *DAYS]) == 2
    assert "CALLTOUCH_SITE_IDS" in capsys.readouterr().err


def test_killed_again_and_again_it_fetches_no_finished_day_twice(
    world: World, environ: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    luck = random.Random(3)
    command = [sys.executable, "-m", "calltouch.cli", "resync", *DAYS]
    with serving(world, ApiOptions(latency=0.05, per_second=FAST)) as slow:
        environ = {**environ, "CALLTOUCH_API_URL": slow.url}
        finished: list[tuple[float, set[tuple[str, ...]]]] = []
        for _ in range(rounds(4, 10)):
            running = subprocess.Popen(command, env=environ, stderr=subprocess.DEVNULL)
            time.sleep(luck.uniform(0.6, 1.8))
            running.send_signal(signal.SIGKILL)
            running.wait()
            finished.append((time.monotonic(), _finished(tmp_path / "data")))
        done = subprocess.run([*command, "--json"], env=environ, capture_output=True, check=True)
        assert json.loads(done.stdout)["leads"] == LEADS
        for moment, windows in finished:
            later = [entry for entry in slow.state.journal.entries if entry.at > moment]
            assert not windows & {_window(entry) for entry in later if entry.fetched}
    assert ask(tmp_path / "data", "select count(*) from leads") == [(LEADS,)]


def test_records_of_another_day_are_dropped_and_counted(
    environ: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A date in the wrong order silently gives another day."""
    asked, other, unknown = (
        {"callId": number, "date": written}
        for number, written in ((1, "20/11/2026 9:05:00"), (2, "11/08/2026 9:05:00"), (3, None))
    )

    def read_window(client: Any, window: ExportWindow, token: str, take: Any) -> Tally:
        take(ExportPage(1, [], 1), [(1, asked), (2, other), (3, unknown)])
        return Tally(3, 3, is_whole=True)

    monkeypatch.setattr("receiver.resync.fetching.read_window", read_window)
    kept: list[int | None] = []
    fetching = WindowFetcher(
        Settings.load(environ),
        lambda site: None,
        lambda window, deliveries: kept.extend(one.lead_id for one in deliveries),
    )
    window = ExportWindow(date(2026, 11, 20), 10001, "call", 1)
    assert list(fetching.fetch([window])) == [FetchedWindow(window, 2, 1)]
    assert kept == [1, 3]


def test_two_at_once_stay_under_the_limit(
    world: World, environ: dict[str, str], tmp_path: Path
) -> None:
    """In separate processes with their rate limit; the server's own limit is 5 per second."""
    with serving(world) as limited:
        running = [
            subprocess.Popen(
                [sys.executable, "-m", "calltouch.cli", "resync", "--from", "2026-11-19",
                 "--to", "2026-11-20"],
                env={
                    **environ,
                    "CALLTOUCH_API_URL": limited.url,
                    "CALLTOUCH_DATA_DIR": str(tmp_path / name),
                },
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            for name in ("one", "other")
        ]  # fmt: skip
        assert [one.wait(120) for one in running] == [0, 0]
        # Each with its own limit, they would send 8 a second, and some would be refused every
        # second; on a busy machine one or two may arrive late and crowd a second.
        assert limited.state.journal.most_in_a_second <= 6
        refused = limited.state.journal.statuses[429]
        assert refused <= 2
        assert set(limited.state.journal.statuses) <= {200, 429}
        fetched = {
            (entry.query["page"], *_window(entry)) for entry in limited.state.journal.entries
        }
        assert len(limited.state.journal.entries) == 2 * len(fetched) + refused


def _window(entry: Any) -> tuple[str, ...]:
    fetched = entry.fetched
    model = entry.query.get("attribution")
    return (fetched.days[0].isoformat(), str(fetched.site_id), fetched.lead_type, str(model))


def _finished(directory: Path) -> set[tuple[str, ...]]:
    """Marked as done by the killed run, or by earlier ones."""
    if not directory.exists():
        return set()
    progress = Progress(directory / "state.sqlite")
    progress.close()
    with sqlite3.connect(directory / "state.sqlite") as db:
        rows = db.execute("select day, site_id, lead_type, model from resync_windows").fetchall()
    return {tuple(map(str, row)) for row in rows}
