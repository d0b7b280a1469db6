"""What the webhook auditor finds, and that it finds nothing where nothing is wrong."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from duckdb import DuckDBPyConnection

from analytics.fold import DECODED, fold
from analytics.reports.asking import Question, ask
from analytics.reports.filters import Filters
from analytics.store import open_store, transaction
from simulator.webhooks.template import TEMPLATE
from tests.analytics.fold.folding import FINGERPRINT
from tests.analytics.reports.world import FIRST_DAY, LAST_DAY, NOW, ZONE, World

PERIOD = Filters(FIRST_DAY, LAST_DAY)
LINK = "https://api-node3.calltouch.ru/calls-service/RestAPI/download-call?jwtkey=abc.def"

Row = dict[str, Any]
Params = dict[str, str]


def asked(db: DuckDBPyConnection, report: str = "auditor", **options: Any) -> list[Row]:
    return ask(db, Question.about(report, PERIOD, ZONE, NOW, **options)).records()


def call(number: int) -> Params:
    """The end of a call, the second sending of it; each is of another kind."""
    odd = number % 2
    return {
        "leadtype": "call",
        "id": str(number),
        "callphase": "calldisconnected",
        "changedFields": "callphase,status",
        "attribution": str(odd),
        "callerphone": f"7916{number:07}",
        "status": ("successful", "unsuccessful")[odd],
        "unique": ("true", "false")[odd],
        "targetcall": ("target", "non-target")[odd],
        "sendingTimestamp": str(1_795_000_000 + number),
    }


def deliveries(
    make: Callable[[int], Params],
    webhook: str = "main",
    count: int = 60,
    hours: float = 0,
    **row: Any,
) -> list[Row]:
    """As many, an hour apart; the last of them came so many hours ago."""
    return [
        {
            "received_at": NOW - timedelta(hours=hours + count - number),
            "webhook": webhook,
            "origin": "webhook",
            "method": "POST",
            "source_ip": "92.118.66.7",
            "webhook_model": None,
            "webhook_kind": None,
            "problems": [],
            "is_empty": False,
            "params": json.dumps(make(number)),
            **row,
        }
        for number in range(1, count + 1)
    ]


@pytest.fixture
def audit() -> Iterator[Callable[[list[Row]], DuckDBPyConnection]]:
    db = open_store(Path(":memory:"), FINGERPRINT)

    def digest(rows: list[Row]) -> DuckDBPyConnection:
        rows.sort(key=lambda row: row["received_at"])
        numbered = [row | {"delivery_id": number} for number, row in enumerate(rows, 1)]
        with transaction(db):
            fold(db, pa.Table.from_pylist(numbered, schema=DECODED))
        return db

    yield digest
    db.close()


Audit = Callable[[list[Row]], DuckDBPyConnection]


def found(db: DuckDBPyConnection, name: str) -> list[Row]:
    return [
        {key: value for key, value in row.items() if value is not None}
        for row in asked(db)
        if row["finding"] == name
    ]


def test_of_a_whole_webhook_only_get_is_said(world: World) -> None:
    """Both simulated webhooks send everything that the simulator knows; the second by GET."""
    with world.published.reading() as db:
        rows = [row for row in asked(db) if row["severity"] != "info"]
    rows = [row for row in rows if row["parameter"] is None or row["parameter"] in TEMPLATE]
    assert {(row["finding"], row["webhook"]) for row in rows} == {
        ("sent_by_get", "last-touch"),
        ("quarantined", "default"),
    }


def test_parameters_switched_off_are_named(audit: Audit) -> None:
    def start(number: int) -> Params:
        """The beginning of a call carries less, and that says nothing."""
        return {"leadtype": "call", "id": str(number), "callphase": "callconnected"}

    def other(number: int) -> Params:
        return call(number + 500) | {"duration": "30"}

    db = audit(deliveries(call) + deliveries(start) + deliveries(other, "other"))
    rows = found(db, "parameter_off")
    off = {row["parameter"] for row in rows if row["webhook"] == "main"}
    assert {"duration", "waiting_time", "source", "spam"} <= off
    assert not off & {*call(1), "requestDate", "subject"}
    (duration,) = [row for row in rows if row["parameter"] == "duration"]
    assert duration == {
        "finding": "parameter_off",
        "severity": "warning",
        "webhook": "main",
        "lead_type": "call",
        "parameter": "duration",
        "deliveries": 60,
        "is_elsewhere": True,
    }
    assert found(db, "parameter_renamed") == found(db, "parameter_unknown") == []


def test_renamed_parameters_are_recognised(audit: Audit) -> None:
    def renamed(number: int) -> Params:
        params = call(number)
        params["client_phone"] = params.pop("callerphone")
        return params | {"recordlink": LINK, "utmsource": "yandex", "colour": "red"}

    db = audit(deliveries(renamed))
    names = {row["received_as"]: row["parameter"] for row in found(db, "parameter_renamed")}
    assert names == {
        "client_phone": "callerphone",
        "recordlink": "reclink",
        "utmsource": "utm_source",
    }
    (unknown,) = found(db, "parameter_unknown")
    assert (unknown["received_as"], unknown["deliveries"]) == ("colour", 60)
    off = {row["parameter"] for row in found(db, "parameter_off")}
    assert not off & set(names.values())
    # The link is a recording under any name.
    key = {"lead_type": "call", "lead_id": 1}
    for report in ("lead", "lead_card", "lead_deliveries"):
        assert "jwtkey=" not in str(asked(db, report, **key))
    assert "recordlink" in str(asked(db, "lead_deliveries", **key))


def test_narrow_filters_show_in_what_never_comes(audit: Audit) -> None:
    def narrow(number: int) -> Params:
        return call(number) | {"status": "successful", "unique": "true", "targetcall": "target"}

    db = audit(deliveries(narrow))
    for name in ("only_target", "only_unique", "only_answered"):
        (row,) = found(db, name)
        assert (row["lead_type"], row["leads"]) == ("call", 60)
    (only_calls,) = found(db, "only_calls")
    assert (only_calls["severity"], only_calls["is_elsewhere"]) == ("warning", False)
    assert [row["deliveries"] for row in found(db, "no_call_starts")] == [60]


def test_what_another_webhook_brings_is_not_missing(audit: Audit) -> None:
    def request(number: int) -> Params:
        return {"leadtype": "request", "requestId": str(number), "attribution": "1"}

    db = audit(deliveries(call, "calls") + deliveries(request, "requests"))
    rows = found(db, "only_calls") + found(db, "only_requests")
    assert [(row["webhook"], row["is_elsewhere"], row["severity"]) for row in rows] == [
        ("calls", True, "info"),
        ("requests", True, "info"),
    ]
    assert found(db, "only_target") == found(db, "one_model") == []


def test_calls_that_never_end_are_an_error(audit: Audit) -> None:
    db = audit(deliveries(lambda n: call(n) | {"callphase": "callconnected"}))
    (row,) = found(db, "no_call_ends")
    assert (row["severity"], row["deliveries"]) == ("error", 60)


def test_without_a_phase_nobody_can_tell_that_there_are_no_starts(audit: Audit) -> None:
    db = audit(deliveries(lambda n: call(n) | {"callphase": "null"}))
    assert found(db, "no_call_starts") == found(db, "no_call_ends") == []


def test_one_model_and_no_events_are_said(audit: Audit) -> None:
    db = audit(deliveries(lambda n: call(n) | {"attribution": "0"}))
    (model,) = found(db, "one_model")
    assert (model["attribution_model"], model["deliveries"], "webhook" in model) == (0, 60, False)
    (events,) = found(db, "no_later_events")
    assert (events["leads"], events["severity"]) == (60, "warning")
    assert found(db, "event_unseen") == []


def test_two_sites_that_share_lead_ids_are_an_error(audit: Audit) -> None:
    ours = deliveries(lambda n: call(n) | {"siteId": "1"}, hours=100)
    theirs = deliveries(lambda n: call(n % 30 + 1) | {"siteId": "2"}, "other", count=45)
    (row,) = found(audit(ours + theirs), "another_site")
    assert (row["severity"], row["webhook"]) == ("error", "other")
    assert (row["deliveries"], row["leads"]) == (30, 30)


def test_events_that_nobody_saw_are_listed(audit: Audit) -> None:
    rows = deliveries(lambda n: call(n) | {"changedFields": "tags_manual,rating"}, count=220)
    unseen = found(audit(rows), "event_unseen")
    assert [row["event"] for row in unseen] == ["comments", "manager", "spam", "transcript"]


def test_a_webhook_is_silent_while_others_speak(audit: Audit) -> None:
    rows = deliveries(call, "quiet", count=30, hours=100)
    db = audit(rows + deliveries(lambda n: call(n + 500), "loud", count=90))
    (row,) = found(db, "silent")
    assert (row["webhook"], row["severity"], row["deliveries"]) == ("quiet", "error", 90)
    assert row["seconds_silent"] == 100 * 3600
    assert row["last_received_at"] == NOW - timedelta(hours=100)


def test_what_is_quarantined_is_counted_with_its_reason(audit: Audit) -> None:
    db = audit(deliveries(call) + deliveries(lambda n: {"leadtype": "call"}, count=20))
    (row,) = found(db, "quarantined")
    assert (row["deliveries"], row["share"], row["problems"]) == (20, 0.25, ["no lead id"])
