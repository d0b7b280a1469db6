"""The parts of the demo: its past, its ports, what goes on while it is open."""

import socket
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from pathlib import Path

import click
import duckdb
import pytest

from calltouch.cli import demo_live
from calltouch.cli.demo_directory import held_ports
from calltouch.cli.demo_past import DemoPast, PastRequest, lay_down_past
from receiver.data_dir import DataDir
from receiver.digest.running import Digest
from receiver.inbox.delivery import StampedDelivery
from receiver.inbox.reader import InboxEntry, InboxReader
from receiver.settings.settings import Settings, SettingsError
from simulator.api.server import serving
from simulator.webhooks.configured import usual_webhooks
from simulator.webhooks.sendings import sendings
from simulator.webhooks.target import Target
from simulator.world import World
from tests.simulator.stand_in import StandIn

NOW = datetime(2026, 11, 21, 18, tzinfo=UTC)
WORLD = World(NOW + timedelta(hours=12), leads=150, days=20)
URL = "http://127.0.0.1:8000/webhook"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.load({"CALLTOUCH_DATA_DIR": str(tmp_path / "data")})


def past(settings: Settings) -> DemoPast:
    target = Target.parse(URL, "secret")
    return lay_down_past(
        settings,
        PastRequest(WORLD, int(NOW.timestamp()), usual_webhooks(by_get=["default"]), target),
    )


def received(settings: Settings) -> Iterator[StampedDelivery]:
    with closing(InboxReader(DataDir(settings.data_dir).inbox)) as reader:
        for entry in reader.look().entries({}):
            assert isinstance(entry, InboxEntry)
            yield entry.received


def test_the_past_was_received_when_it_was_sent(settings: Settings) -> None:
    made = past(settings)
    stamped = list(received(settings))
    assert len(stamped) == made.deliveries > 600
    assert all(one.order_ns <= other.order_ns for one, other in pairwise(stamped))
    assert {(one.delivery.webhook, one.delivery.path) for one in stamped} == {
        ("default", "/webhook"),
        ("last-touch", "/webhook/last-touch"),
    }
    assert all(b"secret" not in one.delivery.query for one in stamped)
    Digest(settings).finish()
    with duckdb.connect(str(DataDir(settings.data_dir).published), read_only=True) as db:
        delays = db.execute(
            "select min(received_at - sent_at), max(received_at - sent_at), max(sent_at) "
            "from deliveries"
        ).fetchone()
        leads = db.execute("select count(*) from leads").fetchone()
    assert delays is not None
    assert timedelta(0) < delays[0] < delays[1] < timedelta(seconds=30)
    assert delays[2] < NOW
    # No webhook was sent about one of them.
    assert leads == (made.leads - 1,)


def test_what_is_lost_and_what_is_later_is_all_that_is_not_sent(settings: Settings) -> None:
    made = past(settings)
    told = list(sendings(WORLD, usual_webhooks(by_get=["default"])))
    assert made.later == tuple(one for one in told if one.sent_at >= NOW.timestamp())
    assert made.later
    sent = {
        (one.delivery.webhook, one.delivery.query + one.delivery.body) for one in received(settings)
    }
    missing = [
        one for one in told if one.sent_at < NOW.timestamp() and (one.webhook, one.form) not in sent
    ]
    assert len({(one.lead_type, one.lead_id) for one in missing}) == 1
    assert made.lost_on is not None
    assert made.lost_on < NOW.date()


def test_a_directory_in_use_is_refused(settings: Settings) -> None:
    DataDir(settings.data_dir).inbox.mkdir(parents=True)
    with pytest.raises(click.ClickException, match="is in use"):
        past(settings)


def test_ports_that_are_set_are_held(capsys: pytest.CaptureFixture[str]) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        socket.create_server(("127.0.0.1", 0)) as lent,
    ):
        port, free = taken.getsockname()[1], lent.getsockname()[1]
        lent.close()
        wanted = {"CALLTOUCH_PORT": str(port), "CALLTOUCH_DASHBOARDS_PORT": str(free)}
        with held_ports(wanted | {"CALLTOUCH_TIMEZONE": "nowhere"}) as ports:
            assert ports.dashboards == free
            assert ports.receiver != port
            with pytest.raises(OSError, match="in use"):
                socket.create_server(("127.0.0.1", free))
    said = capsys.readouterr().out
    assert f"Port {port} is taken: the receiver will be on {ports.receiver} " in said
    assert "CALLTOUCH_PORT" in said
    socket.create_server(("127.0.0.1", free)).close()


def test_a_port_that_is_none_is_a_mistake() -> None:
    with pytest.raises(SettingsError, match="CALLTOUCH_PORT"), held_ports({"CALLTOUCH_PORT": "x"}):
        pass


def test_what_is_due_is_sent_and_the_api_is_told_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo_live, "_LOOK_SECONDS", 0.1)
    told = list(islice(sendings(WORLD, usual_webhooks("1")), 3))
    began = int(time.time())
    due, soon, never = (
        replace(sending, sent_at=at)
        for sending, at in zip(told, (began - 5, began + 1, began + 3600), strict=True)
    )
    with serving(WORLD) as api, StandIn() as receiver:
        demo_live.send_as_it_happens(
            (due, soon, never),
            Target.parse(receiver.url),
            api.url,
            lambda: len(receiver.received) == 2,
        )
        assert [received.body for received in receiver.received] == [due.form, soon.form]
        assert api.state.account.present is not None
        assert began <= api.state.account.present <= time.time()
