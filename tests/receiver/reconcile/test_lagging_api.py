"""An API that lags behind its webhooks does not revert an ended call."""

from pathlib import Path

import pytest

from simulator.api import RunningApi
from simulator.world import World
from tests.receiver.calltouch_api.account import ask
from tests.receiver.reconcile.compared import reconcile

A_DAY = ["--from", "2026-11-18", "--to", "2026-11-18", "--calls"]
PHASES = "select call_phase, status, duration, count(*) from calls group by all order by all"


def test_a_running_call_of_the_api_says_nothing_against_the_end_that_came(
    api: RunningApi,
    world: World,
    whole_data: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    before = ask(whole_data, PHASES)
    monkeypatch.setattr("simulator.api.exports._worded", as_it_was_running)
    code, result = reconcile(capsys, "--heal", "--strict", days=A_DAY)
    assert (code, result["lost"]) == (0, [])
    assert sum(day["differing"] for day in result["days"]) == 0
    assert sum(day["in_both"] for day in result["days"]) > 15
    assert ask(whole_data, PHASES) == before


def as_it_was_running(record: dict[str, object], name: str) -> dict[str, object]:
    """Calltouch's API's observed answer for a running call."""
    unknown = dict.fromkeys(
        ("manager", "sipCallId", "statusDetails", "redirectNumber", "waitingConnect")
    )
    running = {
        "callphase": "callconnected",
        "duration": 0,
        "successful": False,
        "targetCall": False,
        "uniqTargetCall": False,
        "callTags": [],
        "comments": [],
        "orders": [],
        "phrases": None,
    }
    return {**record, **unknown, **running}
