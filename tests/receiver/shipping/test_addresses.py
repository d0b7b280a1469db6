"""What the hosts are told of flows: soon, the newest, and by the one that takes alone."""

import pytest
from werkzeug.test import TestResponse

from calltouch.receiver_app import create_receiver
from receiver.shipping.addresses import AddressCopy, AddressPublisher
from receiver.shipping.ledger import session
from receiver.shipping.rounds import host_states
from tests.receiver.ingest.flow_places import SENDER, FlowPlace
from tests.receiver.shipping.hosts import Hosts

UNKNOWN = "/flow/tilda/nobody-has-this-key"


@pytest.fixture
def center(hosts: Hosts) -> FlowPlace:
    hosts.root.joinpath("center").mkdir()
    return FlowPlace(hosts.root / "center")


def answer(hosts: Hosts, path: str, name: str = "anna") -> TestResponse:
    client = create_receiver(hosts.settings(name)).test_client()
    return client.post(path, data="a=1", environ_base=SENDER)


def served(hosts: Hosts, name: str = "anna") -> str:
    return hosts.place(name).flow_addresses.read_text()


def test_an_address_made_on_the_center_is_served_on_a_host(hosts: Hosts, center: FlowPlace) -> None:
    path = center.apply(source="per_minute = 600", answer='status = 202\nbody = "{{a}}"')
    hosts.place("anna").root.mkdir()
    hosts.take()
    hosts.ship("anna")
    assert served(hosts) == center.place.flow_addresses.read_text()
    assert hosts.place("anna").flow_addresses.stat().st_mode & 0o077 == 0
    given = answer(hosts, path)
    assert (given.status_code, given.text) == (202, "1")
    assert answer(hosts, UNKNOWN).status_code == 404
    assert [one.path for one in FlowPlace(hosts.place("anna").root).kept] == ["/flow/tilda"]


def test_a_host_that_has_not_heard_of_flows_refuses_nobody_for_good(
    hosts: Hosts, center: FlowPlace
) -> None:
    path = center.apply()
    hosts.place("anna").root.mkdir()
    given = answer(hosts, path)
    assert (given.status_code, given.headers["Retry-After"]) == (503, "30")
    hosts.ship("anna")
    assert answer(hosts, path).status_code == 503, "nobody has told it yet"
    hosts.take()
    hosts.ship("anna")
    assert answer(hosts, path).status_code == 200


def test_what_a_host_heard_a_while_ago_it_serves_and_the_rest_it_does_not_deny(
    hosts: Hosts, center: FlowPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = center.apply()
    hosts.place("anna").root.mkdir()
    hosts.take()
    hosts.ship("anna")
    monkeypatch.setattr("receiver.ops.shipping_state.STALE_SECONDS", -1.0)
    assert answer(hosts, path).status_code == 200
    assert answer(hosts, UNKNOWN).status_code == 503
    assert answer(hosts, UNKNOWN, "center").status_code == 404


def test_where_there_are_no_flows_a_host_knows_that(hosts: Hosts, center: FlowPlace) -> None:
    hosts.place("anna").root.mkdir()
    hosts.take()
    hosts.ship("anna")
    assert answer(hosts, UNKNOWN).status_code == 404


def test_what_is_about_to_be_written_is_not_taken_for_nothing(
    hosts: Hosts, center: FlowPlace
) -> None:
    center.apply()
    hosts.place("anna").root.mkdir()
    hosts.take()
    hosts.ship("anna")
    before = served(hosts)
    center.place.flow_addresses.unlink()
    hosts.take()
    hosts.ship("anna")
    assert served(hosts) == before


def test_a_change_is_said_once(hosts: Hosts, center: FlowPlace) -> None:
    publisher, copy = AddressPublisher(center.place), AddressCopy(hosts.place("anna"))
    with session(hosts.settings("center"), "test") as db:
        center.apply()
        publisher.publish(db)
        copy.refresh(db)
        first = copy.version
        publisher.publish(db)
        assert hosts.ask("select version from shipping.flow_addresses") == [(first,)]
        inode = hosts.place("anna").flow_addresses.stat().st_ino
        copy.refresh(db)
        assert hosts.place("anna").flow_addresses.stat().st_ino == inode
        center.apply("other")
        publisher.publish(db)
        copy.refresh(db)
        assert copy.version > first
        assert "other" in served(hosts)


def test_what_postgresql_has_forgotten_a_host_has_not(hosts: Hosts, center: FlowPlace) -> None:
    """It was put back from a backup, and the center has not been heard of since."""
    publisher, copy = AddressPublisher(center.place), AddressCopy(hosts.place("anna"))
    with session(hosts.settings("center"), "test") as db:
        center.apply()
        publisher.publish(db)
        hosts.change("create table before as select * from shipping.flow_addresses")
        center.apply("other")
        publisher.publish(db)
        copy.refresh(db)
        hosts.change("delete from shipping.flow_addresses")
        hosts.change("insert into shipping.flow_addresses select * from before")
        copy.refresh(db)
        assert "other" in served(hosts)
        known = copy.version
        publisher.begin()
        publisher.publish(db)
        copy.refresh(db)
        assert copy.version > known
        assert "other" in served(hosts)


def test_a_change_is_newer_though_the_clock_of_postgresql_was_put_back(
    hosts: Hosts, center: FlowPlace
) -> None:
    publisher, copy = AddressPublisher(center.place), AddressCopy(hosts.place("anna"))
    with session(hosts.settings("center"), "test") as db:
        center.apply()
        publisher.publish(db)
        hosts.change("update shipping.flow_addresses set version = 2 * version")
        copy.refresh(db)
        known = copy.version
        center.apply("other")
        publisher.publish(db)
        copy.refresh(db)
        assert copy.version == known + 1
        assert "other" in served(hosts)


def test_addresses_that_cannot_be_written_are_asked_for_again(
    hosts: Hosts, center: FlowPlace, caplog: pytest.LogCaptureFixture
) -> None:
    publisher, copy = AddressPublisher(center.place), AddressCopy(hosts.place("anna"))
    place = hosts.place("anna")
    place.root.mkdir()
    place.flows.write_text("where a directory is to be")
    with session(hosts.settings("center"), "test") as db:
        path = center.apply()
        publisher.publish(db)
        copy.refresh(db)
        copy.refresh(db)
        assert (copy.version, copy.heard_at) == (0, None)
        place.flows.unlink()
        copy.refresh(db)
        assert copy.heard_at is not None
    assert len([one for one in caplog.records if one.levelname == "ERROR"]) == 1
    assert path.rpartition("/")[2] in served(hosts)
    assert path.rpartition("/")[2] not in caplog.text


def test_addresses_that_cannot_be_read_stop_nothing(
    hosts: Hosts, center: FlowPlace, caplog: pytest.LogCaptureFixture
) -> None:
    hosts.receive("anna", 1)
    hosts.ship("anna")
    center.place.flows.mkdir()
    center.place.flow_addresses.write_bytes(b"\xff\xfe")
    assert hosts.take() == 1
    assert "cannot be read" in caplog.text


def test_who_serves_other_addresses_is_told(hosts: Hosts, center: FlowPlace) -> None:
    center.apply()
    for name in ("anna", "boris"):
        hosts.receive(name, 1)
    hosts.take()
    hosts.ship("anna")
    hosts.ship("boris")
    with session(hosts.settings("center"), "test") as db:
        assert [state.addresses_behind for state in host_states(db)] == [None, None]
        center.apply("other")
        hosts.take()
        hosts.ship("boris")
        anna, boris = host_states(db)
    assert boris.addresses_behind is None
    assert anna.addresses_behind is not None
    assert 0 <= anna.addresses_behind < 30
