"""calltouch simulate, from the command line."""

import json

import pytest

from calltouch.cli import main
from tests.simulator.stand_in import StandIn

SMALL = ["simulate", "--leads", "40", "--days", "3", "--until", "2026-11-20"]


def _json(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    found = json.loads(capsys.readouterr().out)
    assert isinstance(found, dict)
    return found


def test_it_sends_and_says_how_it_went(
    stand_in: StandIn, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*SMALL, "--url", stand_in.url, "--json"]) == 0
    summary = _json(capsys)
    assert summary["leads"] == 40
    assert summary["sent"] == summary["accepted"] == len(stand_in.received)
    assert summary["refused"] == {}
    assert summary["lost"] == []


def test_the_same_options_send_the_same_bytes(stand_in: StandIn) -> None:
    for _ in range(2):
        main([*SMALL, "--url", stand_in.url, "--connections", "1"])
    half = len(stand_in.received) // 2
    assert stand_in.received[:half] == stand_in.received[half:]


def test_losses_are_listed(stand_in: StandIn, capsys: pytest.CaptureFixture[str]) -> None:
    main([*SMALL, "--url", stand_in.url, "--lose-day", "2026-11-19", "--json"])
    lost = _json(capsys)["lost"]
    assert isinstance(lost, list)
    assert set(lost[0]) == {"webhook", "lead_type", "lead_id", "nth"}


def test_a_dry_run_sends_nothing(stand_in: StandIn, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*SMALL, "--url", stand_in.url, "--dry-run"]) == 0
    lines = dict(line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines())
    assert lines["leads"] == "40"
    assert "last-touch" in lines["webhooks"]
    assert not stand_in.received


def test_options_reach_the_wire(stand_in: StandIn) -> None:
    options = [
        "--models",
        "1",
        "--get",
        "default",
        "--rename",
        "callerphone=client",
        "--secret",
        "s",
    ]
    assert main([*SMALL, "--url", stand_in.url, *options]) == 0
    queries = [received.query for received in stand_in.received]
    assert all(query.startswith(b"secret=s&leadtype=") for query in queries)
    assert any(b"&client=7" in query for query in queries)
    assert not any(b"callerphone=" in query for query in queries)


def test_a_refusal_says_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    with StandIn(lambda received: 403) as stand_in:
        assert main([*SMALL, "--url", stand_in.url]) == 1
    printed = capsys.readouterr()
    assert "403" in printed.out
    assert "CALLTOUCH_ALLOWED_NETWORKS=127.0.0.0/8" in printed.err
    assert "secret" in printed.err


def test_nobody_there_says_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    with StandIn() as stand_in:
        url = stand_in.url
    assert main([*SMALL, "--url", url]) == 1
    assert "calltouch serve" in capsys.readouterr().err


@pytest.mark.parametrize(
    "options",
    [
        ["--until", "tomorrow"],
        ["--lose-day", "20.11.2026"],
        ["--rename", "phone=client"],
        ["--loss", "2"],
        ["--url", "localhost"],
        ["--get", "other"],
        ["--get", "last-touch", "--models", "1"],
    ],
)
def test_wrong_options_are_wrong_usage(
    options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*SMALL, *options]) == 2
    assert options[0] in capsys.readouterr().err


def test_until_may_be_a_time_of_the_day(capsys: pytest.CaptureFixture[str]) -> None:
    day = ["simulate", "--leads", "40", "--days", "1", "--dry-run", "--json", "--until"]
    main([*day, "2026-11-20T12:00"])
    until_noon = _json(capsys)
    main([*day, "2026-11-20T12:00:00+03:00"])
    assert _json(capsys) == until_noon
