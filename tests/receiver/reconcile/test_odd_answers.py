"""A comparison is not clean just because it saw nothing: unreadable parts are reported."""

from pathlib import Path
from typing import Any

import pytest

from calltouch.cli import main
from receiver.digest.running import Digest
from receiver.settings.settings import Settings
from simulator.api import ApiOptions, RunningApi, serving
from simulator.api.account import LeadType
from simulator.api.faults import ApiFault
from simulator.webhooks.sendings import Sending
from simulator.world import World
from tests.receiver.calltouch_api.account import FAST, UNTIL, ask, receive
from tests.receiver.reconcile.compared import reconcile

A_DAY = ["--from", "2026-11-18", "--to", "2026-11-18", "--site", "10001"]
DATE = {"date": "18/11/2026 12:00:00"}


def compare(capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, dict[str, Any]]:
    return reconcile(capsys, *options, days=A_DAY)


def total(result: dict[str, Any], name: str) -> int:
    return sum(day[name] for day in result["days"])


def test_ids_as_texts_on_small_pages_are_compared_like_others(
    api: RunningApi,
    world: World,
    sent: list[Sending],
    data: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    lost = lead_ids(api, "call")[3]
    receive(data, [one for one in sent if one.lead_id != lost])
    options = ApiOptions(
        per_second=FAST, ids_as_text=True, most_per_page=3, counts_pages_by_limit=True
    )
    with serving(world, options) as served:
        monkeypatch.setenv("CALLTOUCH_API_URL", served.url)
        code, result = compare(capsys)
    assert code == 3
    assert [lead["lead_id"] for lead in result["lost"]] == [lost]
    assert (total(result, "in_api"), total(result, "in_both")) == (18, 17)
    assert result["unread"] == []


OF_NO_LEAD = [
    ("call", {"callId": None, **DATE}, "no id"),
    ("call", {**DATE}, "no id"),
    ("call", {"callId": "x4242", **DATE}, "no id"),
    ("call", None, "no object"),
    ("call", [{"callId": 5}], "no object"),
    ("request", "x", "no object"),
    ("request", {"requestId": {}}, "no id"),
]


def test_records_of_no_lead_are_named_and_nothing_is_proved(
    api: RunningApi, whole_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for lead_type, record, _ in OF_NO_LEAD:
        api.state.oddities[lead_type].append(record)  # type: ignore[index]
    code, result = compare(capsys)
    assert code == 3
    assert result["lost"] == []
    assert {(one["day"], one["site_id"]) for one in result["unread"]} == {("2026-11-18", 10001)}
    named = sorted((one["lead_type"], one["kind"]) for one in result["unread"])
    assert named == sorted((lead_type, kind) for lead_type, _, kind in OF_NO_LEAD)
    assert total(result, "unread") == len(OF_NO_LEAD)
    assert (total(result, "in_both"), total(result, "differing")) == (18, 0)


PARTS: list[tuple[LeadType, dict[str, Any], str]] = [
    ("call", {"orders": [{"orderNumber": "CRM-1"}]}, "orders"),
    ("call", {"orders": [{"orderId": None}]}, "orders"),
    ("call", {"callTags": [{"type": "MANUAL", "names": [{}]}]}, "callTags"),
    ("call", {"comments": ["x"]}, "comments"),
    ("call", {"phrases": [None]}, "phrases"),
    ("call", {"date": "yesterday"}, "date"),
    ("call", {"duration": "long"}, "duration"),
    ("request", {"client": []}, "client"),
    ("request", {"client": {"phones": [None]}}, "client.phones"),
    ("request", {"client": {"contacts": [None]}}, "client.contacts"),
]


def test_parts_that_cannot_be_read_are_named_and_alarm_the_strict(
    api: RunningApi,
    whole_data: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    left = {kind: iter(lead_ids(api, kind)) for kind in ("call", "request")}
    odd = [(next(left[kind]), part, named) for kind, part, named in PARTS]
    parts = {lead_id: part for lead_id, part, _ in odd}
    monkeypatch.setattr(
        "simulator.api.exports._worded",
        lambda record, name: {**record, **parts.get(record[name], {})},
    )
    code, result = compare(capsys)
    assert code == 0
    assert {one["kind"] for one in result["unread"]} == {"part"}
    named = sorted((one["lead_id"], one["detail"]) for one in result["unread"])
    assert named == sorted((lead_id, part) for lead_id, _, part in odd)
    assert (total(result, "lost"), total(result, "differing")) == (0, 0)
    assert compare(capsys, "--strict")[0] == 3


def lead_ids(api: RunningApi, lead_type: str) -> list[int]:
    """For the site and the day."""
    since = int(UNTIL.replace(day=18).timestamp())
    account = api.state.account
    of_type = account.calls if lead_type == "call" else account.requests
    return [lead.lead_id for lead, _ in of_type(10001, since, since + 86_400)]


def test_records_that_are_missing_by_calltouchs_own_count_are_named(
    api: RunningApi,
    whole_data: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    wrapped = "simulator.api.exports._wrapped"
    monkeypatch.setattr(
        wrapped,
        lambda page, records, total: {
            "pageTotal": 1,
            "recordsTotal": total,
            "records": records[:-5],
        },
    )
    code, result = compare(capsys, "--calls")
    assert code == 3
    assert [(one["kind"], one["detail"]) for one in result["unread"]] == [("count", "8/13")]


def test_records_that_moved_between_two_pages_are_found(
    world: World,
    whole_data: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    options = ApiOptions(per_second=FAST, most_per_page=4)
    with serving(world, options) as served:
        monkeypatch.setenv("CALLTOUCH_API_URL", served.url)
        for records in (1, -1):
            served.state.faults.order(ApiFault("moved", 2, "calls-diary", records=records))
        code, result = compare(capsys)
    assert (code, result["unread"]) == (0, [])
    assert (total(result, "in_both"), total(result, "only_webhook")) == (18, 0)


def test_an_answer_about_other_days_is_no_clean_one(
    api: RunningApi,
    whole_data: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(
        "simulator.api.exports._worded",
        lambda record, name: {**record, "timestamp": record["timestamp"] + 86_400},
    )
    code, result = compare(capsys, "--calls")
    assert code == 3
    assert [(one["kind"], one["detail"]) for one in result["unread"]] == [("other day", "13")]
    assert total(result, "outside") == 13


def test_the_certificate_does_not_call_it_clean(
    api: RunningApi,
    whole_data: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    api.state.oddities["call"] += [
        {**DATE, "manager": "Анна Петрова"},
        {"callId": 999000001, "orders": [{}], **DATE},
    ]
    for language, says, names in (
        ("ru", "сверка не доказывает", "запись без ID"),
        ("en", "does not prove that nothing is lost", "record without an ID"),
    ):
        file = tmp_path / f"certificate-{language}.html"
        assert compare(capsys, "--certificate", str(file), "--language", language)[0] == 3
        page = file.read_text(encoding="utf-8")
        assert says in page
        assert names in page
        assert ("Ничего не потеряно" in page, "Nothing lost." in page) == (False, False)
        assert "999000001" in page
        assert "Анна" not in page
        assert page.count(" blind") == 1


def test_in_words_and_in_the_published_file(
    api: RunningApi, whole_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    api.state.oddities["call"].append(DATE)
    assert main(["reconcile", *A_DAY]) == 3
    said = capsys.readouterr().out
    assert "not read: calls of 2026-11-18, site 10001: record 14 of page 1 has no usable id" in said
    assert "0 of 18 leads lost (0.0 per thousand); unreadable answers may hide more" in said
    Digest(Settings.load({"CALLTOUCH_DATA_DIR": str(whole_data)})).finish()
    unread = "select kind, detail, lead_id from reconciliation_unread"
    assert ask(whole_data, unread) == [("no id", "1/14", None)]
    api.state.oddities["call"].clear()
    assert main(["reconcile", *A_DAY]) == 0
    Digest(Settings.load({"CALLTOUCH_DATA_DIR": str(whole_data)})).finish()
    assert ask(whole_data, unread) == []
