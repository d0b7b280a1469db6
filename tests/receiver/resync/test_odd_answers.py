"""Resync of malformed answers: nothing stops it, and unreadable parts are reported."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from calltouch.cli import main
from calltouch.doctor import Finding, examine
from receiver.settings.settings import Settings
from simulator.api import ApiOptions, RunningApi, serving
from simulator.world import World
from tests.receiver.calltouch_api.account import FAST, ask, environment

A_DAY = ["--from", "2026-11-18", "--to", "2026-11-18", "--site", "10001"]
COUNT = "select lead_type, count(*) from leads group by all order by all"


@pytest.fixture
def environ(api: RunningApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("receiver.calltouch_api.rate_limit.RateLimit.wait", lambda pace: None)
    for name, value in environment(api, tmp_path / "data").items():
        monkeypatch.setenv(name, value)
    return tmp_path / "data"


def resync(capsys: pytest.CaptureFixture[str], *options: str) -> dict[str, Any]:
    assert main(["resync", *A_DAY, "--json", *options]) == 0
    result: dict[str, Any] = json.loads(capsys.readouterr().out)
    return result


def test_records_are_as_old_as_the_web_request_by_calltouchs_clock(
    world: World, environ: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On every page."""
    options = ApiOptions(per_second=FAST, date_skew=-900, most_per_page=2)
    with serving(world, options) as served:
        monkeypatch.setenv("CALLTOUCH_API_URL", served.url)
        began = time.time()
        assert main(["resync", *A_DAY]) == 0
    ages = "select epoch(sent_at), epoch(received_at), params->>'sendingTimestamp' from deliveries"
    rows = ask(environ, ages)
    assert len(rows) > 10
    for sent_at, received_at, stamp in rows:
        assert sent_at == int(stamp)
        assert began - 903 < sent_at < received_at - 895


def test_ids_as_texts_and_small_pages_bring_the_same(
    world: World,
    environ: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    options = ApiOptions(
        per_second=FAST, ids_as_text=True, most_per_page=2, counts_pages_by_limit=True
    )
    with serving(world, options) as served:
        monkeypatch.setenv("CALLTOUCH_API_URL", served.url)
        result = resync(capsys)
    assert result["unread"] == []
    assert ask(environ, COUNT) == [("call", 13), ("request", 5)]


def test_what_cannot_be_read_is_named_and_the_rest_is_taken_in(
    api: RunningApi, environ: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    date = {"date": "18/11/2026 12:00:00"}
    api.state.oddities["call"] += [
        None,
        ["callId", 5],
        {"callId": None, **date},
        date,
        {"callId": " 999000001 ", "orders": [{"orderNumber": "CRM-1"}], "manager": [], **date},
        {"callId": 999000002, "date": "nobody knows"},
        {"callId": 999000003, "manager": "\ud800", "duration": float("inf"), **date},
    ]
    api.state.oddities["request"] += [
        "x",
        {"requestId": 999000004, "client": {"phones": [None], "contacts": "a@b.example"}},
        {"requestId": 999000005, "client": [], "orders": [{"orderId": None}]},
    ]
    result = resync(capsys)
    named = [
        (
            flaw["lead_type"],
            flaw["kind"],
            flaw["lead_id"],
            flaw["kind"] == "part" and flaw["detail"],
        )
        for flaw in result["unread"]
    ]
    assert sorted(named, key=str) == sorted(
        [
            *[("call", "no object", None, False)] * 2,
            *[("call", "no id", None, False)] * 2,
            ("call", "part", 999000001, "manager"),
            ("call", "part", 999000001, "orders"),
            ("call", "part", 999000002, "date"),
            ("call", "part", 999000003, "duration"),
            ("request", "no object", None, False),
            ("request", "part", 999000004, "client.phones"),
            ("request", "part", 999000005, "client"),
            ("request", "part", 999000005, "orders"),
        ],
        key=str,
    )
    assert {(flaw["day"], flaw["site_id"]) for flaw in result["unread"]} == {("2026-11-18", 10001)}
    assert ask(environ, COUNT) == [("call", 16), ("request", 7)]
    email = "select email from leads where lead_id = 999000004"
    assert ask(environ, email) == [("a@b.example",)]
    # A record without an id is stored, with the reason why it has no lead.
    quarantined = "select distinct unnest(problems) from deliveries where outcome = 'quarantined'"
    assert ask(environ, quarantined) == [("no lead id",)]


def test_as_text_it_is_said_and_where(
    api: RunningApi, environ: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    api.state.oddities["call"] += [{"date": "18/11/2026 12:00:00"}]
    assert main(["resync", *A_DAY, "--calls"]) == 0
    message = "not read: calls of 2026-11-18, site 10001: record 14 of page 1 has no usable id"
    assert message in capsys.readouterr().out


def test_a_part_that_cannot_be_read_empties_nothing(
    api: RunningApi,
    environ: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Already sent by a webhook or an earlier record."""
    resync(capsys, "--calls")
    known = "select lead_id, duration, status, caller_phone, manager from leads order by all"
    before = ask(environ, known)
    garbled(
        monkeypatch,
        lambda record: {
            **record,
            "duration": "long",
            "successful": "perhaps",
            "callerNumber": {},
            "manager": [],
            "date": "once",
        },
    )
    result = resync(capsys, "--calls")
    assert ask(environ, known) == before
    assert {one["detail"] for one in result["unread"]} == {
        "duration", "successful", "callerNumber", "manager", "date",
    }  # fmt: skip
    assert result["changed"] == 0


def test_records_that_are_all_of_another_day_are_named(
    api: RunningApi,
    environ: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A date parsed in the wrong order."""
    garbled(monkeypatch, lambda record: {**record, "timestamp": record["timestamp"] - 86_400})
    result = resync(capsys, "--calls")
    assert [(one["kind"], one["detail"]) for one in result["unread"]] == [("other day", "13")]
    assert (result["fetched"], result["outside_their_day"]) == (0, 26)


@pytest.mark.parametrize("heeds", [True, False])
def test_both_models_of_requests_for_the_asking(
    world: World,
    environ: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    heeds: bool,
) -> None:
    """The record's model counts, not the requested one; doctor says when requesting it is
    useless."""
    options = ApiOptions(per_second=FAST, requests_heed_attribution=heeds)
    with serving(world, options) as served:
        monkeypatch.setenv("CALLTOUCH_API_URL", served.url)
        resync(capsys, "--requests", "--request-models", "1,0")
        asked = {entry.query.get("attribution") for entry in served.state.journal.entries}
        assert asked == {"0", "1"}
    models = "select distinct attribution_model from lead_attributions order by all"
    assert ask(environ, models) == ([(0,), (1,)] if heeds else [(1,)])
    finding = about_models(monkeypatch)
    assert finding.level == ("ok" if heeds else "warn")
    assert ("CALLTOUCH_API_REQUEST_MODELS=1" in finding.advice) is not heeds
    monkeypatch.delenv("CALLTOUCH_API_REQUEST_MODELS")
    assert not [one for one in examine(Settings.load()) if one.check == "models of requests"]


def about_models(monkeypatch: pytest.MonkeyPatch) -> Finding:
    monkeypatch.setenv("CALLTOUCH_API_REQUEST_MODELS", "1,0")
    (result,) = (one for one in examine(Settings.load()) if one.check == "models of requests")
    return result


def test_the_setting_asks_for_both_too(
    api: RunningApi,
    environ: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert resync(capsys, "--plan", "--requests")["web_requests_at_least"] == 1
    monkeypatch.setenv("CALLTOUCH_API_REQUEST_MODELS", "1,0")
    assert resync(capsys, "--plan", "--requests")["web_requests_at_least"] == 2
    resync(capsys, "--requests", "--request-models", "1")
    assert "attribution" not in api.state.journal.entries[0].query


def garbled(
    monkeypatch: pytest.MonkeyPatch, change: Callable[[dict[str, Any]], dict[str, Any]]
) -> None:
    """Change what the calls export says from now on."""
    module = "simulator.api.exports"
    monkeypatch.setattr(f"{module}._worded", lambda record, name: change(record))
