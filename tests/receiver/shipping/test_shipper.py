"""What a host hands over: everything once, under a name that is its alone."""

import shutil
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from receiver.inbox.writer import InboxWriter
from receiver.settings.settings import Settings
from receiver.shipping.ledger import ParcelsAway, ParcelsRefused, session, statement
from receiver.shipping.parcel import PARCEL_BYTES
from receiver.shipping.rounds import ShipperRounds, host_states
from receiver.shipping.shipper import Shipper
from tests.postgres import PASSWORD, USER, PostgresServer
from tests.receiver.deliveries import call, put
from tests.receiver.shipping.hosts import Hosts

NUMBERS = "select number from shipping.parcels where host = 'anna' order by number"


def test_what_is_handed_over_has_left_the_host(hosts: Hosts) -> None:
    hosts.receive("anna", 1)
    assert hosts.ship("anna") == 1
    assert list(hosts.place("anna").inbox.glob("*.seg")) == []
    assert hosts.ship("anna") == 0


def test_a_segment_that_is_still_written_is_handed_over_bit_by_bit(hosts: Hosts) -> None:
    settings = hosts.settings("anna")
    settings.data_dir.mkdir()
    with closing(InboxWriter(hosts.place("anna").inbox)) as inbox:
        for lead_id in (1, 2):
            inbox.put(call(lead_id))
            assert hosts.ship("anna") == 1
        assert len(list(hosts.place("anna").inbox.glob("*.seg"))) == 1
    assert hosts.ask("select number, first = 0 from shipping.parcels order by 1") == [
        (1, True),
        (2, False),
    ]


def test_checks_of_readyz_are_no_parcels(hosts: Hosts) -> None:
    hosts.settings("anna").data_dir.mkdir()
    with closing(InboxWriter(hosts.place("anna").inbox)) as inbox:
        inbox.check()
        assert hosts.ship("anna") == 0
        inbox.put(call(1))
        inbox.check()
        assert hosts.ship("anna") == 1
        inbox.check()
        assert hosts.ship("anna") == 0


def test_much_is_cut_into_parcels_without_gaps(hosts: Hosts) -> None:
    settings = hosts.settings("anna")
    settings.data_dir.mkdir()
    put(settings, [call(n, comment="x" * (PARCEL_BYTES // 2)) for n in range(1, 8)])
    assert hosts.ship("anna") == 4
    rows = hosts.ask("select first, last from shipping.parcels order by number")
    assert [row[0] for row in rows] == [0, *(row[1] for row in rows[:-1])]
    assert hosts.take() == 4
    hosts.digest()
    assert hosts.lead_ids() == [1, 2, 3, 4, 5, 6, 7]


def test_a_segment_that_comes_back_is_not_handed_over_again(hosts: Hosts) -> None:
    """As when a shipper is killed before it deletes, or a power cut undoes that."""
    hosts.receive("anna", 1)
    (segment,) = hosts.place("anna").inbox.glob("*.seg")
    shutil.copy(segment, hosts.root / "kept")
    hosts.ship("anna")
    shutil.copy(hosts.root / "kept", segment)
    assert hosts.ship("anna") == 0
    assert not segment.exists()


def test_two_at_a_time_cannot_ship_under_one_name(hosts: Hosts) -> None:
    """A copied machine, with the inbox of the first."""
    hosts.receive("anna", 1)
    hosts.ship("anna")
    shutil.copytree(hosts.root / "anna", hosts.root / "copy")
    first = Shipper(hosts.place("anna"), "anna")
    with session(hosts.settings("anna"), "first") as db:
        first.begin(db)
        hosts.receive("anna", 2, place="copy")
        with pytest.raises(ParcelsRefused, match="CALLTOUCH_HOST_NAME of its own"):
            hosts.ship("anna", place="copy")
    first.close()
    assert hosts.ask(NUMBERS) == [(1,)]


def test_another_inbox_under_a_living_name_is_refused(hosts: Hosts) -> None:
    hosts.receive("anna", 1)
    hosts.ship("anna")
    hosts.receive("anna", 2, place="other")
    with pytest.raises(ParcelsRefused, match="another inbox shipped as anna"):
        hosts.ship("anna", place="other")
    assert list((hosts.root / "other" / "inbox").glob("*.seg"))


def test_a_new_disk_goes_on_with_the_numbers_and_the_old_one_may_not(hosts: Hosts) -> None:
    hosts.receive("anna", 1)
    hosts.ship("anna")
    hosts.receive("anna", 2)
    hosts.change("update shipping.hosts set heard_at = now() - interval '3 minutes'")
    hosts.receive("anna", 3, place="new")
    assert hosts.ship("anna", place="new") == 1
    assert hosts.ask(NUMBERS) == [(1,), (2,)]
    with pytest.raises(ParcelsRefused, match="another inbox ships as anna since"):
        hosts.ship("anna")
    assert hosts.ship("anna-old", place="anna") == 1
    hosts.take()
    hosts.digest()
    assert sorted(map(str, hosts.lead_ids())) == ["1", "2", "3"]


def test_a_name_is_taken_over_at_once_by_order(hosts: Hosts) -> None:
    hosts.receive("anna", 1)
    hosts.ship("anna")
    hosts.receive("anna", 2, place="new")
    assert ShipperRounds(hosts.settings("anna", "new"), takes_over=True).ship_all() == 1
    with session(hosts.settings("center"), "test") as db:
        (state,) = host_states(db)
    assert state.replaced_at is not None
    assert state.shipped == 2


def test_an_inbox_may_be_replaced_twice(hosts: Hosts) -> None:
    """Under the name that it was given then, too."""
    for name, place in (("anna", "first"), ("anna", "second"), ("old", "first"), ("old", "third")):
        settings = hosts.settings(name, place)
        settings.data_dir.mkdir(exist_ok=True)
        assert ShipperRounds(settings, takes_over=True).ship_all() == 0
    assert hosts.ask("select host from shipping.replaced") == [("old",)]


def test_a_database_without_an_encoding_is_good_enough(
    postgres: PostgresServer, tmp_path: Path
) -> None:
    """As `createdb` makes them where the server was set up without a locale."""
    with postgres.connected() as db:
        db.execute("create database plain encoding 'SQL_ASCII' template template0")
    where = f"host=127.0.0.1 port={postgres.port} user={USER} dbname=plain"
    hosts = Hosts(tmp_path, make_conninfo(where, password=PASSWORD))
    hosts.receive("anna", 1)
    assert hosts.ship("anna") == 1
    assert hosts.take() == 1


def test_while_postgresql_is_away_the_inbox_keeps_everything(hosts: Hosts) -> None:
    hosts.receive("anna", 1)
    away = replace(hosts.settings("anna"), parcels="host=127.0.0.1 port=1 password=not-shown")
    with pytest.raises(ParcelsAway) as caught:
        ShipperRounds(away).ship_all()
    assert "not-shown" not in str(caught.value)
    assert "127.0.0.1" in str(caught.value)
    assert hosts.ship("anna") == 1


@pytest.mark.parametrize(
    "given", ["postgresql://anna:not@shown@127.0.0.1/db", "host=127.0.0.1 not-shown"]
)
def test_a_wrong_connection_string_is_not_quoted(hosts: Hosts, given: str) -> None:
    with (
        pytest.raises(ParcelsRefused, match="CALLTOUCH_PARCELS") as caught,
        session(replace(hosts.settings("anna"), parcels=given), "test"),
    ):
        pass
    assert "shown" not in str(caught.value)


def test_settings_do_not_show_it(hosts: Hosts) -> None:
    settings = Settings.load({"CALLTOUCH_PARCELS": "host=127.0.0.1 password=not-shown"})
    assert "not-shown" not in repr(settings)


def test_a_number_is_given_once(hosts: Hosts) -> None:
    """What keeps two parcels from one number; `test_taker.py` shows what happens without it."""
    hosts.receive("anna", 1)
    hosts.ship("anna")
    again = "insert into shipping.parcels (host, number, segment, first, last, content) select"
    with pytest.raises(psycopg.errors.UniqueViolation):
        hosts.change(f"{again} host, number, segment, first, last, content from shipping.parcels")


@pytest.mark.parametrize(("first", "fits"), [(0, False), (100, True), (90, False)])
def test_a_segment_is_handed_over_from_where_it_was_left(
    hosts: Hosts, first: int, fits: bool
) -> None:
    """Whoever believes otherwise adds nothing: a copy of the machine under another name, say."""
    with session(hosts.settings("anna"), "test") as db:
        bound = {"host": "anna", "segment": "a.seg", "first": 0, "last": 100}
        assert db.execute(statement("reach"), bound).fetchone() is not None
        row = db.execute(statement("reach"), {**bound, "first": first, "last": 200}).fetchone()
    assert (row is not None) is fits


def test_a_segment_that_nobody_knows_begins_at_its_beginning(hosts: Hosts) -> None:
    with session(hosts.settings("anna"), "test") as db:
        bound = {"host": "anna", "segment": "a.seg", "first": 50, "last": 100}
        assert db.execute(statement("reach"), bound).fetchone() is None
