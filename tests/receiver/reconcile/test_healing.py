"""Healing affects exactly what is lost or differs, and what remains is reported."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from calltouch.cli import main
from receiver.digest.settle import settle
from receiver.reconcile import running
from receiver.reconcile.comparing import DayComparison
from receiver.settings.settings import Settings
from simulator.api import RunningApi
from simulator.api.account import Amendment
from simulator.api.dates import moment_text
from simulator.lives.leads import Call
from simulator.webhooks.sendings import Sending
from simulator.world import World
from tests.receiver.calltouch_api.account import ask, receive
from tests.receiver.reconcile.compared import reconcile

A_DAY = ["--from", "2026-11-18", "--to", "2026-11-18", "--site", "10001"]
FETCHED = "select count(*) from deliveries where origin = 'api'"


def compare(capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, dict[str, Any]]:
    return reconcile(capsys, *options, days=A_DAY)


@pytest.fixture
def call(world: World) -> Call:
    """A call of the 18th."""
    return next(
        lead
        for lead in world
        if isinstance(lead, Call)
        and lead.site.site_id == 10001
        and "18/11/2026" in moment_text(lead.happened_at)
    )


def manager(name: str) -> Amendment:
    return lambda condition: replace(condition, manager=name)


def test_another_order_and_another_spelling_are_no_difference(
    api: RunningApi,
    whole_data: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def respelled(record: dict[str, Any], name: str) -> dict[str, Any]:
        turned: dict[str, Any] = {
            key: value[::-1] for key, value in record.items() if isinstance(value, list)
        }
        for tag in turned.get("callTags", ()):
            tag["names"] = [f" {name} " for name in tag["names"][::-1]]
        for theirs in ("callerNumber", "redirectNumber", "phoneNumber"):
            if record.get(theirs):
                phone = str(record[theirs])
                turned[theirs] = f"8 ({phone[1:4]}) {phone[4:7]}-{phone[7:]}"
        return {**record, **turned}

    monkeypatch.setattr("simulator.api.exports._worded", respelled)
    code, result = compare(capsys, "--strict", "--calls", "--heal")
    assert code == 0
    assert [day["differing"] for day in result["days"]] == [0]
    assert ask(whole_data, FETCHED) == [(0,)]


def test_a_call_that_lost_its_end_is_no_reason_to_be_clean_for_the_strict(
    sent: list[Sending], data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    receive(data, [one for one in sent if b"calldisconnected" not in one.form])
    code, result = compare(capsys, "--calls")
    assert (code, result["lost"]) == (0, [])
    assert result["days"][0]["differing"] > 5
    assert compare(capsys, "--calls", "--strict")[0] == 3
    code, result = compare(capsys, "--calls", "--strict", "--heal")
    assert code == 0
    assert result["left"]["days"][0]["differing"] == 0
    phases = "select distinct call_phase from leads semi join {} using (lead_type, lead_id)"
    healed = phases.format("(from deliveries where origin = 'api')")
    assert ask(data, healed) == [("calldisconnected",)]


def test_only_the_leads_that_need_it_are_taken_in(
    api: RunningApi, whole_data: Path, call: Call, capsys: pytest.CaptureFixture[str]
) -> None:
    api.state.account.amend(call, manager("Анна"))
    code, result = compare(capsys, "--heal")
    assert code == 0
    assert sum(day["differing"] for day in result["days"]) == 1
    healed = "select distinct lead_type, lead_id from deliveries where origin = 'api'"
    assert ask(whole_data, healed) == [("call", call.lead_id)]
    (now,) = ask(whole_data, f"select manager from leads where lead_id = {call.lead_id}")
    assert now == ("Анна",)


def test_healing_compares_again_and_says_what_is_left(
    api: RunningApi,
    whole_data: Path,
    call: Call,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Calltouch's API has changed its answer by then."""
    api.state.account.amend(call, manager("Анна"))
    settled: list[float] = []

    def settle_and_move_on(settings: Settings, timeout: float) -> None:
        settle(settings, timeout)
        settled.append(timeout)
        if len(settled) == 2:
            api.state.account.amend(call, manager("Пётр"))

    monkeypatch.setattr(running, "settle", settle_and_move_on)
    code, result = compare(capsys, "--heal", "--strict")
    assert code == 3
    assert result["healed"] is True
    (left,) = result["left"]["days"]
    assert (left["lead_type"], left["differing"], left["lost"]) == ("call", 1, 0)
    settled.clear()
    api.state.account.amend(call, manager("Иван"))
    assert main(["reconcile", *A_DAY, "--heal"]) == 0
    output = capsys.readouterr().out
    assert "0 leads still lost, 1 with fields that still differ" in output


def test_where_nothing_needs_it_nothing_is_compared_again(
    api: RunningApi, whole_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, result = compare(capsys, "--heal")
    assert (code, result["left"]["days"]) == (0, [])
    pages = [entry.query["page"] for entry in api.state.journal.entries]
    assert len(pages) == 2 + 2


def test_a_record_is_never_newer_than_what_a_webhook_said_meanwhile(
    api: RunningApi,
    sent: list[Sending],
    whole_data: Path,
    call: Call,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The answer was already on its way when the webhook arrived: not a difference."""
    api.state.account.amend(call, manager("Анна"))
    last = [one for one in sent if (one.lead_type, one.lead_id) == ("call", call.lead_id)][-1]
    before = DayComparison._fetch

    def fetch_and_note(self: DayComparison, windows: Any) -> Any:
        result = before(self, windows)
        bodies = [json.loads(one.delivery.body) for one in result.of(10001, "call")]
        asked_at = max(body["sendingTimestamp"] for body in bodies)
        receive(whole_data, [_said_at(last, asked_at + 1, "Пётр")])
        return result

    monkeypatch.setattr(DayComparison, "_fetch", fetch_and_note)
    code, result = compare(capsys, "--calls", "--heal", "--strict")
    assert (code, result["days"][0]["differing"]) == (0, 0)
    assert ask(whole_data, f"select manager from leads where lead_id = {call.lead_id}") == [
        ("Пётр",)
    ]


def _said_at(sending: Sending, moment: int, manager: str) -> Sending:
    before = sending.form.partition(b"&sendingTimestamp=")[0].split(b"&")
    kept = [part for part in before if not part.startswith(b"manager=")]
    form = b"&".join([*kept, f"manager={manager}&sendingTimestamp={moment}".encode()])
    return replace(sending, form=form, sent_at=moment)
