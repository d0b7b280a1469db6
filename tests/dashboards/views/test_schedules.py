"""Schedules made in the browser: what the form takes, who may change them, what the list says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from dashboards.access.audit import Action, read_audit
from dashboards.access.roles import Role
from dashboards.access.state import AccessStore
from dashboards.views.desk import (
    BadRecipients,
    ConfiguredReport,
    LastSending,
    attach_reports,
)
from dashboards.views.schedules import PageSchedule, SendBy, list_schedules
from tests.dashboards.access.signing_in import sign_in
from tests.dashboards.leads import NOW
from tests.dashboards.views.forms import token_of

QUERY = "period=7d&f.source=yandex"


@dataclass
class Desk:
    """Says what it is told to."""

    sent: dict[str, LastSending] = field(default_factory=dict)
    has_begun: bool = False

    def channels(self) -> Sequence[SendBy]:
        return ("mail", "telegram")

    def read_recipients(self, channel: SendBy, written: str) -> tuple[str, ...]:
        if "nobody" in written:
            raise BadRecipients("nobody")
        return tuple(written.split())

    def configured(self) -> Sequence[ConfiguredReport]:
        return [ConfiguredReport("week", "spam", "period=7d", 2, NOW)]

    def next_at(self, schedule: PageSchedule) -> datetime | None:
        return NOW + timedelta(days=1) if schedule.is_on else None

    def last(self) -> Mapping[str, LastSending]:
        return self.sent

    def scheduled(self) -> None:
        self.has_begun = True


@pytest.fixture
def desk(app: Flask) -> Desk:
    desk = Desk()
    attach_reports(app, desk)
    return desk


def make(client: FlaskClient, **given: object) -> TestResponse:
    fields: dict[str, object] = {
        **{"form_token": token_of(client), "page": "overview", "query": QUERY, "name": "Неделя"},
        **{"channel": "mail", "to": "a@b.example", "at": "08:30", "when": "week"},
        **{"days": ["0", "3"], "month_day": "1", "language": "ru"},
    }
    return client.post("/views/schedules", data=fields | given)


def act(client: FlaskClient, schedule_id: int, act_name: str) -> int:
    fields = {"form_token": token_of(client), "act": act_name}
    return client.post(f"/views/schedules/{schedule_id}", data=fields).status_code


def kept(access: AccessStore) -> list[PageSchedule]:
    with access.reading() as db:
        return list_schedules(db)


def test_a_schedule_is_made_and_listed(
    client: FlaskClient, access: AccessStore, desk: Desk
) -> None:
    assert make(client).status_code == 303
    assert (
        make(client, when="month", month_day="31", channel="telegram", to="-1").status_code == 303
    )
    monthly, weekly = kept(access)
    assert (weekly.maker, weekly.page, weekly.query) == ("admin", "overview", QUERY)
    assert (weekly.at, weekly.days, weekly.month_day) == (time(8, 30), (0, 3), None)
    assert (monthly.channel, monthly.days, monthly.month_day) == ("telegram", (), 31)
    assert weekly.since == NOW
    assert desk.has_begun
    text = client.get("/views").text
    for said in (
        "пн, чт в 08:30",
        "31-го числа",
        "a@b.example",
        "в настройках",
        "2\N{NO-BREAK SPACE}получателя",
    ):
        assert said in text, said
    with access.reading() as db:
        (_, first) = [one.entry for one in read_audit(db, None, 9)][:2]
    assert (first.action, first.report, first.query) == (Action.SCHEDULE_MADE, "#1 overview", QUERY)


def test_what_became_of_it_is_said(client: FlaskClient, desk: Desk) -> None:
    make(client)
    desk.sent = {"#1": LastSending(NOW, "failed", "h:25: refused all recipients")}
    text = client.get("/views").text
    assert "не отправлено" in text
    assert "h:25: refused all recipients" in text
    assert act(client, 1, "now") == 303
    desk.sent = {"#1": LastSending(NOW - timedelta(days=1), "sent", "")}
    assert "отправляется…" in client.get("/views").text
    desk.sent = {"#1": LastSending(NOW + timedelta(seconds=3), "unknown", "timeout")}
    assert "неизвестно, дошло ли" in client.get("/views").text


def test_it_is_switched_off_and_on_sent_and_deleted(
    client: FlaskClient, access: AccessStore, desk: Desk
) -> None:
    make(client)
    assert act(client, 1, "off") == 303
    assert [one.is_on for one in kept(access)] == [False]
    assert "выключена" in client.get("/views").text
    assert act(client, 1, "on") == 303
    assert act(client, 1, "now") == 303
    assert [(one.is_on, one.wanted_at) for one in kept(access)] == [(True, NOW)]
    assert act(client, 1, "burn") == 400
    assert act(client, 1, "delete") == 303
    assert (kept(access), act(client, 1, "now")) == ([], 404)


def test_others_schedules_are_for_admins_alone(
    app: Flask, client: FlaskClient, access: AccessStore, desk: Desk
) -> None:
    analyst, viewer = (
        sign_in(app.test_client(), access, role) for role in (Role.ANALYST, Role.VIEWER)
    )
    make(client, name="Директору")
    make(analyst, name="Аналитику")
    assert make(viewer).status_code == 403
    assert act(analyst, 1, "now") == 404
    assert act(viewer, 1, "now") == 403
    seen = analyst.get("/views").text
    assert "Аналитику" in seen
    assert "Директору" not in seen
    assert "в настройках" not in seen
    assert act(client, 2, "off") == 303


@pytest.mark.parametrize(
    "given",
    [
        {"to": "nobody"},
        {"to": ""},
        {"to": " ".join(f"a{number}@b.example" for number in range(21))},
        {"channel": "pigeon"},
        {"at": "soon"},
        {"days": []},
        {"days": ["7"]},
        {"when": "month", "month_day": "32"},
        {"when": "month", "month_day": ""},
        {"language": "de"},
        {"page": "lead"},
        {"query": "f.search=79161234567"},
    ],
)
def test_what_is_no_schedule_is_refused(
    client: FlaskClient, access: AccessStore, desk: Desk, given: dict[str, object]
) -> None:
    assert make(client, **given).status_code == 400
    assert kept(access) == []


def test_the_form_says_what_is_missing(client: FlaskClient, desk: Desk, app: Flask) -> None:
    assert 'name="channel"' in client.get(f"/views/share?page=overview&{QUERY}").text
    app.extensions.pop("reports")
    assert "smtp_host" in client.get("/views/share?page=overview").text
    assert make(client).status_code == 404
