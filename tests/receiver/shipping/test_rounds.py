"""Shipping and taking go on by themselves when PostgreSQL comes back."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from calltouch.cli import main
from receiver.ops.shipping_state import read_state, shipping_remark
from receiver.shipping.rounds import ShipperRounds, TakerRounds
from receiver.shipping.settling import NotTaken, settle_parcels
from tests.postgres import postgres_server
from tests.receiver.shipping.hosts import Hosts
from tests.road.server import wait_until

PATIENCE = 30.0


@contextmanager
def at_work(run: Callable[[threading.Event], None]) -> Iterator[None]:
    stop = threading.Event()
    thread = threading.Thread(target=run, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(PATIENCE)
        assert not thread.is_alive()


def taken(hosts: Hosts) -> int:
    """The number of the last parcel, as the taker says."""
    state = read_state(hosts.place("center").shipping)
    return max((host.taken for host in state.hosts), default=0) if state else 0


def test_while_postgresql_is_away_it_is_told_and_then_goes_on(hosts: Hosts) -> None:
    with postgres_server() as server:
        hosts.database = server.conninfo
        for name in ("anna", "center"):
            hosts.settings(name).data_dir.mkdir()
        shipping, taking = hosts.place("anna").shipping, hosts.place("center").shipping
        with (
            at_work(ShipperRounds(hosts.settings("anna")).run),
            at_work(TakerRounds(hosts.settings("center")).run),
        ):
            hosts.receive("anna", 1)
            wait_until(lambda: taken(hosts) == 1, PATIENCE)
            wait_until(lambda: shipping_remark(shipping) == shipping_remark(taking), PATIENCE)
            assert "fsync" not in str(shipping_remark(shipping))
            server.kill()
            hosts.receive("anna", 2)
            wait_until(lambda: "bytes wait in the inbox" in (shipping_remark(shipping) or ""), 30)
            wait_until(lambda: "PostgreSQL" in (shipping_remark(taking) or ""), PATIENCE)
            server.start()
            wait_until(lambda: taken(hosts) == 2, PATIENCE)
            wait_until(lambda: shipping_remark(shipping) is None, PATIENCE)
            wait_until(lambda: shipping_remark(taking) is None, PATIENCE)
        state = read_state(taking)
        assert state is not None
        assert [(host.host, host.shipped, host.taken) for host in state.hosts] == [("anna", 2, 2)]


def test_what_was_accepted_last_is_handed_over_at_the_end(hosts: Hosts) -> None:
    hosts.settings("anna").data_dir.mkdir()
    with at_work(ShipperRounds(hosts.settings("anna")).run):
        wait_until(lambda: read_state(hosts.place("anna").shipping), PATIENCE)
        hosts.receive("anna", 1)
    assert list(hosts.place("anna").inbox.glob("*.seg")) == []


def test_settling_takes_what_nobody_takes(hosts: Hosts) -> None:
    hosts.receive("anna", 1)
    hosts.ship("anna")
    hosts.settings("center").data_dir.mkdir()
    settle_parcels(hosts.settings("center"), PATIENCE)
    hosts.digest()
    assert hosts.lead_ids() == [1]


def test_settling_a_host_waits_for_both_ends(hosts: Hosts) -> None:
    hosts.receive("anna", 1)
    with pytest.raises(NotTaken, match="wait in the inbox"):
        settle_parcels(hosts.settings("anna"), 0.2)
    hosts.ship("anna")
    with pytest.raises(NotTaken, match="parcels of anna"):
        settle_parcels(hosts.settings("anna"), 0.2)
    hosts.take()
    settle_parcels(hosts.settings("anna"), 0.2)


def test_a_process_that_is_not_heard_of_is_told(hosts: Hosts) -> None:
    path = hosts.place("anna").shipping
    assert "not been heard of" in str(shipping_remark(path))
    hosts.receive("anna", 1)
    hosts.ship("anna")
    assert shipping_remark(path) is None
    state = read_state(path)
    assert state is not None and time.time() - state.at < PATIENCE


def test_a_host_that_ships_does_not_digest(
    hosts: Hosts, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    hosts.receive("anna", 1)
    for name, value in {
        "CALLTOUCH_DATA_DIR": str(hosts.root / "anna"),
        "CALLTOUCH_PARCELS": hosts.database,
        "CALLTOUCH_HOST_NAME": "anna",
        "CALLTOUCH_PARCELS_ROLE": "ship",
    }.items():
        monkeypatch.setenv(name, value)
    assert main(["digest", "--once"]) == 1
    assert main(["take", "--once"]) == 1
    assert "calltouch ship" in capsys.readouterr().err
    assert main(["ship", "--once"]) == 0
    assert capsys.readouterr().out == "handed over: 1 parcels\n"
    hosts.receive("anna", 2)
    monkeypatch.setenv("CALLTOUCH_PARCELS_ROLE", "take")
    assert main(["ship", "--once"]) == 1
    assert main(["digest", "--once"]) == 1
    assert "handed over to another host" in capsys.readouterr().err
