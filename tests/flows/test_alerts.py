"""People are told once, again after pauses, and when it works again; through a real mail server."""

import email
import email.policy
import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from aiosmtpd.controller import Controller

from calltouch.alerts.channels import alert_channels, alert_pace
from calltouch.alerts.sources import watched_sources
from calltouch.cli.flow.run import housekeeping, runner_tools
from flows.running.progress import Tools
from flows.store import attempts, operations
from flows.store.definitions import apply_definition
from flows.store.operations import NewOperation
from flows.store.pruning import HistoryLimits, Pruned
from flows.store.writer import StoreWriter
from receiver.alerts.telling import ChannelTeller
from receiver.alerts.watch import AlertWatch
from receiver.data_dir import DataDir
from receiver.settings.settings import Settings
from tests.receiver.backup.test_tidying import made

ZONE = ZoneInfo("Europe/Moscow")
START = datetime(2026, 11, 20, 9, tzinfo=UTC).timestamp()
MINUTE, HOUR = 60, 3_600


@dataclass
class Mailbox:
    """A mail server that keeps what it is sent, or refuses everything."""

    mails: list[EmailMessage] = field(default_factory=list)
    refuses: bool = False

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.refuses:
            return "451 later, anna@leads.example"
        parsed = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.mails.append(parsed)
        return "250 OK"

    def subjects(self) -> list[str]:
        """Those that have come since the last look."""
        found = [str(mail["Subject"]) for mail in self.mails]
        self.mails.clear()
        return found


@dataclass
class Place:
    """A store, a clock and what looks for failures."""

    settings: Settings
    mailbox: Mailbox
    tools: Tools
    now: float = START

    def end(
        self, state: str, reason: str = "", *, flow: str = "one", host: str = "crm.example"
    ) -> int:
        """An operation that has come and ended now."""
        moment = datetime.fromtimestamp(self.now, UTC).isoformat()
        outcome = "done" if state == "done" else "refused"
        end = attempts.AttemptEnd("reading", outcome, reason)

        def change(db: Any) -> int:
            new = NewOperation(flow, 1, "http", moment)
            number = operations.add_operation(db, new, "waiting", self.now)
            attempts.save_input(db, number, {"phone": "79991234567"})
            if host:
                attempts.begin_attempt(db, number, 0, moment, host, "POST", 1)
                attempts.end_attempt(db, number, 0, 1, moment, end)
            added = operations.operation(db, number)
            assert added is not None
            operations.end(db, added, state, moment, reason)
            return number

        return self.tools.store.write(change)

    def look(self) -> list[str]:
        """The subjects of what was sent."""
        self.tell()
        return self.mailbox.subjects()

    def tell(self) -> int:
        """How many mails were sent; a new watch each time, as after a restart."""
        housekeeping(self.settings, self.tools).do_due()
        state, begun = DataDir(self.settings.data_dir).state, self.clock()
        own = ("flows", "installation")
        sources = [
            watched
            for watched in watched_sources(self.settings, begun, threading.Event())
            if watched.source.name in own
        ]
        AlertWatch(state, sources, timedelta(minutes=15), self.clock).look()
        return self.teller().tell()

    def teller(self) -> ChannelTeller:
        (channel,) = alert_channels(self.settings)
        state, pace = DataDir(self.settings.data_dir).state, alert_pace(self.settings)
        return ChannelTeller(state, channel, pace, self.clock)

    def clock(self) -> datetime:
        return datetime.fromtimestamp(self.now, ZONE)


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, int]]:
    logging.getLogger("mail.log").setLevel(logging.CRITICAL)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = int(listener.getsockname()[1])
    mailbox = Mailbox()
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    yield mailbox, port
    controller.stop()


@pytest.fixture
def place(tmp_path: Path, mailbox: tuple[Mailbox, int]) -> Iterator[Place]:
    settings = Settings.load(
        {
            "CALLTOUCH_DATA_DIR": str(tmp_path),
            "CALLTOUCH_SMTP_HOST": "127.0.0.1",
            "CALLTOUCH_SMTP_PORT": str(mailbox[1]),
            "CALLTOUCH_SMTP_SECURITY": "none",
            "CALLTOUCH_MAIL_FROM": "flows@leads.example",
            "CALLTOUCH_FLOW_ALERT_TO": "anna@leads.example",
            "CALLTOUCH_ALERTS_PER_HOUR": "3",
        }
    )
    store = StoreWriter(tmp_path / "flows" / "flows.sqlite")
    with closing(store):
        made = Place(settings, mailbox[0], runner_tools(settings, store))
        made.tools = replace(made.tools, clock=lambda: made.now)
        assert made.look() == []
        yield made


def test_the_first_failure_is_told_at_once_and_the_rest_after_pauses(place: Place) -> None:
    told_after: list[float] = []
    for minutes in (0, 14, 15, 74, 75, 434, 435, 1874, 1875, 3314, 3315):
        place.now = START + minutes * MINUTE
        place.end("failed", "status-404")
        if place.look():
            told_after.append(minutes / 60)
    assert told_after == [0, 0.25, 1.25, 7.25, 31.25, 55.25]


def test_what_an_alert_says(place: Place) -> None:
    ids = [place.end("failed", "status-404") for _ in range(5)]
    place.tell()
    (mail,) = place.mailbox.mails
    assert mail["Subject"] == "Обработка one: status-404"
    assert mail["To"] == "anna@leads.example"
    text = mail.get_content()
    assert "Обработка: one, 1, crm.example" in text
    assert "Операций: 5, с 20.11.2026 12:00" in text
    assert f"Например: {ids[0]}, {ids[1]}, {ids[2]}." in text
    assert "calltouch flow replay --flow one --reason status-404 --plan" in text
    assert "7999" not in text


def test_a_step_is_called_by_its_name(place: Place) -> None:
    text = '[source]\nkind = "http"\n[[steps]]\nkind = "http"\nname = "bitrix"\n'
    text += 'url = "https://crm.example/"\nmethod = "GET"\n'
    now = datetime.fromtimestamp(START, UTC)
    place.tools.store.write(lambda db: apply_definition(db, "one", text, now, "test"))
    place.end("failed", "status-404")
    place.tell()
    assert "bitrix, crm.example" in place.mailbox.mails[0].get_content()


def test_an_unknown_outcome_asks_for_a_decision(place: Place) -> None:
    place.end("unknown", "timeout")
    place.tell()
    assert "calltouch flow decide" in place.mailbox.mails[0].get_content()


def test_groups_are_told_apart(place: Place) -> None:
    place.end("failed", "status-404")
    place.end("failed", "status-404", host="other.example")
    place.end("failed", "missing-field", host="")
    place.end("skipped", "filter")
    place.end("dropped", "status-404")
    assert len(place.look()) == 3
    assert place.look() == []


def test_one_mail_when_it_works_again(place: Place) -> None:
    place.end("failed", "status-404")
    assert len(place.look()) == 1
    place.now += 5 * MINUTE
    place.end("done")
    assert place.look() == [], "now and then is no repair"
    place.now += 11 * MINUTE
    assert place.look() == ["Обработка one снова работает"]
    assert place.look() == []
    place.end("failed", "status-404")
    assert place.look() == [], "what flickers is told ever more seldom"
    place.now += 16 * MINUTE
    assert place.look() == ["Обработка one: status-404"], "but it is told"
    place.now += HOUR
    place.end("done")
    assert place.look() == ["Обработка one снова работает"]
    place.now += 16 * MINUTE
    place.end("failed", "status-404")
    assert place.look() == ["Обработка one: status-404"], "it is new again"


def test_what_another_flow_or_host_does_is_no_repair(place: Place) -> None:
    place.end("failed", "status-404")
    place.look()
    place.now += HOUR
    place.end("done", flow="two")
    place.end("done", host="other.example")
    assert place.look() == []


def test_above_so_many_an_hour_one_sums_up(place: Place) -> None:
    for number in range(8):
        place.end("failed", "status-404", flow=f"flow-{number}")
    subjects = place.look()
    assert len(subjects) == 3
    assert subjects[2:] == ["Ещё оповещений: 6"]
    place.now += 30 * MINUTE
    assert place.look() == []
    place.now += 31 * MINUTE
    assert place.look() == [], "it has been told"


def test_a_mail_server_that_refuses_is_asked_again(
    place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    place.mailbox.refuses = True
    place.end("failed", "status-404")
    assert place.tell() == 0
    teller = place.teller()
    assert teller.tell() == 0
    assert "anna" not in caplog.text
    place.mailbox.refuses = False
    assert teller.tell() == 0
    place.now += 61
    assert teller.tell() == 1


def test_a_closed_host_and_what_has_waited_too_long(place: Place) -> None:
    hosts = place.tools.hosts
    for _ in range(5):
        assert hosts.enter("crm.example", place.now) == 0
        hosts.leave("crm.example", place.now, answered=False)
    assert place.look() == ["Сервер crm.example не отвечает"]
    place.now += 31
    assert place.look() == ["Сервер crm.example снова отвечает"]
    moment = datetime.fromtimestamp(place.now, UTC).isoformat()
    new = NewOperation("one", 1, "http", moment)
    due_at = place.now
    place.tools.store.write(lambda db: operations.add_operation(db, new, "waiting", due_at))
    assert place.look() == []
    place.now += HOUR + 1
    assert place.look() == ["Обработки стоят"]


def test_a_backup_that_is_too_old(place: Place, tmp_path: Path) -> None:
    backups = tmp_path / "backups"
    place.settings = replace(place.settings, backup_to=backups, backup_at=time(3, 15))
    made(backups, "calltouch-20261101T031500.000Z")
    assert place.look() == ["Давно нет резервной копии"]
    assert place.look() == []
    newer = datetime.now(UTC).strftime("calltouch-%Y%m%dT%H%M%S.000Z")
    made(backups, newer)
    assert place.look() == ["Резервная копия снова есть"]


def test_what_failed_before_anybody_asked_is_history(place: Place) -> None:
    place.end("failed", "status-404")
    (place.settings.data_dir / "state.sqlite").unlink()
    assert place.look() == []


def test_the_runner_prunes_once_a_day_and_nothing_ends_it(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    pruned: list[datetime] = []

    def note(path: Path, limits: HistoryLimits, now: datetime) -> Pruned:
        pruned.append(now)
        return Pruned(bodies=1)

    monkeypatch.setattr("flows.housekeeping.prune", note)
    keeping = housekeeping(place.settings, place.tools)
    for _ in range(3 * 24 + 1):
        keeping.do_due()
        place.now += HOUR
    assert len(pruned) == 3

    def fail(*values: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr("flows.housekeeping.prune", fail)
    keeping.do_due()
