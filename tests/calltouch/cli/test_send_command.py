"""calltouch send against a simulated Calltouch: what it prints, and its exit codes."""

import io
import json
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from calltouch.cli import main
from simulator.api import ApiOptions, CallbackRules, RunningApi, serving
from simulator.api.faults import ApiFault
from simulator.lives.leads import Call, Request
from simulator.market.rhythm import MOSCOW
from simulator.world import World
from tests.simulator.api.api_client import ApiClient, sample

TOKEN = "t0ken-of-nobody"
SITE = 10001
UNTIL = datetime(2026, 11, 21, tzinfo=MOSCOW)
PHONE = "+7 (999) 000-11-22"
CALLBACK = ["callback", "--route-key", "routekey_1", "--phone", PHONE]
LEAD = ["lead", "--number", "CRM-17", "--phone", PHONE, "--at", "2026-10-01 12:00:00"]


@pytest.fixture(scope="module")
def world() -> World:
    return World(UNTIL, leads=60, days=2)


@pytest.fixture
def api(world: World) -> Iterator[RunningApi]:
    rules = CallbackRules(interval=30)
    options = ApiOptions(token=TOKEN, per_second=1_000_000, callbacks=rules)
    with serving(world, options) as served:
        yield served


@pytest.fixture(autouse=True)
def of_its_own(api: RunningApi, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("CALLTOUCH_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("CALLTOUCH_API_URL", api.url)
    monkeypatch.setenv("CALLTOUCH_API_TOKEN", TOKEN)
    monkeypatch.setenv("CALLTOUCH_SITE_IDS", str(SITE))
    monkeypatch.chdir(tmp_path)


def send(*arguments: str) -> int:
    return main(["send", *arguments])


def journal(api: RunningApi) -> list[int]:
    return [entry.status for entry in api.state.journal.entries]


def test_alone_it_shows_its_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert send() == 0
    shown = capsys.readouterr().out
    assert all(f"\n  {name} " in shown for name in ("lead", "callback", "tag", "comment"))


@pytest.mark.parametrize("name", ["lead", "callback", "tag", "comment"])
def test_help_has_an_example(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert send(name, "--help") == 0
    assert f"Example: calltouch send {name} " in capsys.readouterr().out


def test_a_lead_is_in_the_export(api: RunningApi, capsys: pytest.CaptureFixture[str]) -> None:
    given = ["--fio", "Тест Тестов", "--subject", "Форма", "--comment", "Перезвонить"]
    assert send(*LEAD, *given, "--tag", "VIP", "--tag", "Б") == 0
    assert capsys.readouterr().out.split() == ["request", "CRM-17", "imported"]
    asked = ApiClient(api, TOKEN).requests("10/01/2026", "10/01/2026", withRequestTags=1)
    (record,) = asked.json()
    assert record["requestNumber"] == "CRM-17"
    assert record["RequestTags"][0]["names"] == ["VIP", "Б"]


def test_a_lead_that_is_refused_is_1(capsys: pytest.CaptureFixture[str]) -> None:
    assert send(*LEAD, "--json") == 0
    assert json.loads(capsys.readouterr().out) == [
        {"number": "CRM-17", "imported": True, "error": None}
    ]
    assert send(*LEAD) == 1
    assert "refused: Номер уже существует" in capsys.readouterr().out


def test_many_leads_from_a_file_or_stdin(
    api: RunningApi, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    items = [{"requestNumber": f"N-{number}", "fio": "Тест"} for number in range(101)]
    Path("leads.json").write_text(json.dumps(items), encoding="utf-8")
    assert send("lead", "--from-json", "leads.json", "--json") == 0
    assert len(json.loads(capsys.readouterr().out)) == 101
    assert journal(api) == [200, 200]
    text = json.dumps([*items[:1], {"fio": "Тест"}])
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode()), encoding="utf-8"))
    assert send("lead", "--from-json", "-", "--json") == 1
    assert [one["imported"] for one in json.loads(capsys.readouterr().out)] == [False, True]


def test_what_was_sent_before_a_failure_is_told(
    api: RunningApi, capsys: pytest.CaptureFixture[str]
) -> None:
    items = [{"requestNumber": f"N-{number}", "fio": "Тест"} for number in range(150)]
    Path("leads.json").write_text(json.dumps(items), encoding="utf-8")
    # The first batch gets through, the second is cut.
    api.state.faults.order(ApiFault("slow", seconds=0))
    api.state.faults.order(ApiFault("close"))
    assert send("lead", "--from-json", "leads.json", "--json") == 1
    out, err = capsys.readouterr()
    assert len(json.loads(out)) == 100
    assert "requests sent before that: 100" in err
    assert len(journal(api)) == 2


def test_a_callback_is_taken_and_then_refused(
    api: RunningApi, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["--field", "Город=Москва=1", "--tag", "VIP", "--at", "2026-11-21T17:10", "--unit", "7"]
    assert send(*CALLBACK, *given) == 0
    assert capsys.readouterr().out == "accepted as callback 242000000\n"
    assert api.state.callbacks.orders == [
        {
            "routeKey": "routekey_1",
            "phone": "79990001122",
            "fields": [{"name": "Город", "value": "Москва=1"}],
            "scheduleTime": "2026-11-21 17:10:00",
            "tags": ["VIP"],
            "unitId": 7,
        }
    ]
    assert send(*CALLBACK, "--json") == 1
    out, err = capsys.readouterr()
    told = json.loads(out)
    assert (told["outcome"], told["code"], told["may_help_later"]) == ("refused", 10007, True)
    assert "(10007)" in err


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [("close", "unknown"), ("500", "unknown"), ("403", "failed"), ("validation-error", "refused")],
)
def test_a_callback_that_fails_is_1_and_not_repeated(
    api: RunningApi, capsys: pytest.CaptureFixture[str], kind: str, outcome: str
) -> None:
    api.state.faults.order(ApiFault(kind, times=9))
    assert send(*CALLBACK, "--json") == 1
    out, err = capsys.readouterr()
    assert json.loads(out)["outcome"] == outcome
    assert err.startswith("Error: ")
    assert TOKEN not in out + err
    assert len(journal(api)) == 1


def test_ctrl_c_says_that_it_may_be_done(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(*arguments: object, **named: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("requests.Session.post", interrupt)
    for arguments in (LEAD, CALLBACK, ["comment", "--call", "1", "Перезвонить"]):
        assert send(*arguments, "--json") == 1
        assert "stopped; the request in progress may have gone through" in capsys.readouterr().err


def _record(api: RunningApi, call: Call) -> Any:
    day = datetime.fromtimestamp(call.happened_at, MOSCOW).strftime("%d/%m/%Y")
    flags = {"withCallTags": 1, "withComments": 1}
    (record,) = ApiClient(api, TOKEN).calls(day, day, callId=call.lead_id, **flags).json()
    return record


def test_tags_and_comments_are_in_the_export(
    api: RunningApi, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    call = next(c for c in world if isinstance(c, Call) and c.site.site_id == SITE)
    assert send("tag", "--call", str(call.lead_id), "А", "Б") == 0
    assert capsys.readouterr().out.split() == ["lead", "call", str(call.lead_id), "added"]
    assert send("tag", "--call", str(call.lead_id), "В", "--overwrite") == 0
    assert send("comment", "--call", str(call.lead_id), "Перезвонить") == 0
    record = _record(api, call)
    assert [one["names"] for one in record["callTags"] if one["type"] == "API"] == [["В"]]
    assert record["comments"][-1]["comment"] == "Перезвонить"


def test_a_lead_that_is_not_there_is_1(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    request = next(r for r in world if isinstance(r, Request) and r.site.site_id == SITE)
    assert send("comment", "--request", str(request.lead_id), "Перезвонить", "--json") == 0
    assert json.loads(capsys.readouterr().out)[0]["done"] is True
    assert send("comment", "--call", "999999999", "Перезвонить") == 1
    assert "refused: Лид не найден" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "bodies"),
    [
        (["lead", "--fio", "Тест"], {"requests": [{"fio": "Тест"}]}),
        (["callback", "--route-key", "routekey_1", "--phone", PHONE], None),
        (["tag", "--call", "2", "а"], None),
        (["comment", "--request", "1", "Комментарий к лиду"], None),
    ],
)
def test_a_dry_run_sends_nothing_and_needs_no_token(
    api: RunningApi,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    bodies: object,
) -> None:
    assert send(*arguments, "--dry-run") == 0
    shown = capsys.readouterr().out
    assert TOKEN not in shown
    assert bodies is None or json.loads(shown) == bodies
    assert journal(api) == []
    monkeypatch.delenv("CALLTOUCH_API_TOKEN")
    assert send(*arguments, "--dry-run") == 0
    assert capsys.readouterr().out == shown
    assert send(*arguments) == 2
    assert "CALLTOUCH_API_TOKEN" in capsys.readouterr().err


def test_what_a_dry_run_shows_can_be_sent(capsys: pytest.CaptureFixture[str]) -> None:
    body = sample("request_create_request")
    Path("body.json").write_text(json.dumps(body), encoding="utf-8-sig")
    assert send("lead", "--from-json", "body.json", "--dry-run") == 0
    assert json.loads(capsys.readouterr().out) == body


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["lead"], "at least one of"),
        (["lead", "--phone", "12"], "write the whole number"),
        (["lead", "--fio", "Тест", "--from-json", "-"], "cannot be combined"),
        (["lead", "--from-json", "nothing.json"], "nothing.json"),
        (["callback", "--route-key", "x"], "--phone"),
        ([*CALLBACK, "--field", "Город"], "City=Moscow"),
        ([*CALLBACK, "--at", "noon"], "scheduleTime noon"),
        (["tag", "--call", "1"], "TAG"),
        (["tag", "--call", "1", "--request", "1", "а"], "either --call ID or --request ID"),
        (["tag", "--request", "0", "а"], "a lead ID is a number from 1"),
        (["comment", "а"], "either --call ID or --request ID"),
        (["comment", "--call", "1", " "], "comment is empty"),
    ],
)
def test_wrong_usage_is_2_and_sends_nothing(
    api: RunningApi, capsys: pytest.CaptureFixture[str], arguments: list[str], says: str
) -> None:
    assert send(*arguments) == 2
    assert says in capsys.readouterr().err
    assert journal(api) == []


def test_of_several_sites_one_is_named(
    api: RunningApi, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CALLTOUCH_SITE_IDS", f"{SITE},{SITE + 1}")
    assert send(*LEAD) == 2
    assert "--site 10001" in capsys.readouterr().err
    assert send(*LEAD, "--site", str(SITE)) == 0
    assert send(*LEAD, "--site", "77") == 1
    assert "[sites.77]" in capsys.readouterr().err
    assert journal(api) == [200, 403]


def test_a_file_that_is_not_json_is_2(capsys: pytest.CaptureFixture[str]) -> None:
    for content in (b"{", b"\xff", b"[1]", b"[" * 100_000):
        Path("leads.json").write_bytes(content)
        assert send("lead", "--from-json", "leads.json") == 2
        assert capsys.readouterr().err
