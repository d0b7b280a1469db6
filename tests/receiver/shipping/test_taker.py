"""What is taken: in one order, each parcel once, whatever happens in between."""

import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import orjson
import psycopg
import pytest

from calltouch.cli import main
from receiver.backup.shelf import BackupShelf
from receiver.backup.taking import take_backup
from receiver.inbox.frames import MARKER_BYTES
from receiver.inbox.writer import InboxWriter
from receiver.shipping.ledger import ParcelsRefused, session
from receiver.shipping.rounds import TakerRounds, host_states
from tests.receiver.deliveries import call
from tests.receiver.shipping.hosts import Hosts

TAKEN = "select host, number, place from shipping.parcels order by place"


def ship_both(hosts: Hosts) -> None:
    """Leads 1 and 2 of anna, 3 and 4 of boris, a parcel each."""
    for name, lead_ids in (("anna", (1, 2)), ("boris", (3, 4))):
        for lead_id in lead_ids:
            hosts.receive(name, lead_id)
            hosts.ship(name)


def missing_of(hosts: Hosts) -> dict[str, int]:
    with session(hosts.settings("center"), "test") as db:
        return {state.host: state.missing for state in host_states(db)}


def test_what_two_hosts_received_is_digested_once(hosts: Hosts) -> None:
    ship_both(hosts)
    hosts.receive("center", 5)
    assert hosts.take() == 4
    assert hosts.take() == 0
    hosts.digest()
    assert sorted(map(str, hosts.lead_ids())) == ["1", "2", "3", "4", "5"]


def test_hosts_take_turns(hosts: Hosts) -> None:
    ship_both(hosts)
    hosts.take()
    assert hosts.ask(TAKEN) == [("anna", 1, 1), ("boris", 1, 2), ("anna", 2, 3), ("boris", 2, 4)]
    hosts.digest()
    assert hosts.lead_ids() == [1, 3, 2, 4]


def test_a_delivery_was_received_when_its_host_received_it(hosts: Hosts) -> None:
    hosts.receive("anna", 1)
    (segment,) = hosts.place("anna").inbox.glob("*.seg")
    received_ns = int(segment.name.split("-")[0])
    hosts.ship("anna")
    hosts.change("select pg_sleep(1.1)")
    hosts.take()
    hosts.digest()
    ((_, _, received_at),) = hosts.deliveries()
    assert 0 <= received_at.timestamp() - received_ns / 1e9 < 1  # type: ignore[attr-defined]


def test_the_order_that_was_given_is_kept(hosts: Hosts) -> None:
    """As when the taker is killed after it gave places and before it wrote anything."""
    ship_both(hosts)
    hosts.change("update shipping.parcels set place = 5 - number - 2 * (host = 'boris')::int")
    hosts.take()
    hosts.digest()
    assert hosts.lead_ids() == [4, 3, 2, 1]


def test_what_is_here_is_not_taken_again_by_a_journal_that_is_behind(hosts: Hosts) -> None:
    """As when it is killed after it wrote and before it noted that."""
    ship_both(hosts)
    hosts.take()
    hosts.place("center").taken_parcels.unlink()
    hosts.take()
    hosts.digest()
    assert sorted(map(str, hosts.lead_ids())) == ["1", "2", "3", "4"]


def test_what_is_archived_is_not_taken_again_by_a_journal_that_is_behind(hosts: Hosts) -> None:
    ship_both(hosts)
    hosts.take()
    hosts.digest()
    hosts.place("center").taken_parcels.unlink()
    assert list(hosts.place("center").inbox.glob("*.seg")) == []
    hosts.take()
    hosts.digest()
    assert len(hosts.lead_ids()) == 4


def test_what_is_archived_is_not_taken_again_when_the_archive_is_gone(hosts: Hosts) -> None:
    ship_both(hosts)
    hosts.take()
    hosts.digest()
    shutil.rmtree(hosts.place("center").archive)
    hosts.take()
    hosts.digest()
    assert len(hosts.lead_ids()) == 4


@pytest.mark.parametrize("lacking", [1, 30, 200])
def test_what_was_torn_is_taken_again(hosts: Hosts, lacking: int) -> None:
    """As when it is killed in the middle of a write."""
    hosts.receive("anna", 1, 2, 3)
    hosts.ship("anna")
    hosts.take()
    place = hosts.place("center")
    (file,) = place.inbox.glob("*.seg")
    with file.open("r+b") as torn:
        torn.truncate(file.stat().st_size - lacking)
    place.taken_parcels.unlink()
    hosts.take()
    hosts.digest()
    assert hosts.lead_ids() == [1, 2, 3]


def test_other_tables_begin_another_order(hosts: Hosts) -> None:
    """A journal of the ones before must not pass for one of these."""
    ship_both(hosts)
    journal = hosts.place("center").taken_parcels
    journal.parent.mkdir()
    journal.write_bytes(orjson.dumps({"ledger": "another", "through": 1_000}))
    assert hosts.take() == 4


def test_places_go_on_where_postgresql_was_put_back(hosts: Hosts) -> None:
    """It has forgotten the last minutes; the journal knows of more places than it does."""
    hosts.receive("anna", 1)
    hosts.ship("anna")
    hosts.take()
    hosts.change("delete from shipping.parcels")
    hosts.receive("anna", 2)
    hosts.ship("anna")
    hosts.take()
    hosts.digest()
    assert hosts.lead_ids() == [1, 2]


def test_damage_on_a_host_is_kept_by_the_one_that_takes(hosts: Hosts) -> None:
    hosts.receive("anna", 1, 2, 3)
    (segment,) = hosts.place("anna").inbox.glob("*.seg")
    data = bytearray(segment.read_bytes())
    marker = bytes.fromhex(segment.stem.rsplit("-", 1)[1])
    second = [n for n in range(len(data)) if data.startswith(marker, n)][2]
    data[second + MARKER_BYTES + 20] ^= 1
    segment.write_bytes(data)
    hosts.ship("anna")
    hosts.take()
    hosts.digest()
    assert hosts.lead_ids() == [1, 3]
    assert len(list(hosts.place("center").damaged.iterdir())) == 1


def test_one_host_takes(hosts: Hosts) -> None:
    ship_both(hosts)
    with session(hosts.settings("center"), "first") as db:
        TakerRounds(hosts.settings("center"))._taker.begin(db)
        with pytest.raises(ParcelsRefused, match="another host takes"):
            hosts.take("second")


def test_who_ends_lets_go_before_the_session_ends(
    hosts: Hosts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL ends a session a moment after it is closed; the next taker may be there first."""
    held: list[object] = []
    close = psycopg.Connection.close

    def ask_and_close(db: psycopg.Connection[tuple[object, ...]]) -> None:
        rows = db.execute("select count(*) from pg_locks where locktype = 'advisory'").fetchall()
        held.extend(rows)
        close(db)

    with session(hosts.settings("center"), "first") as db:
        TakerRounds(hosts.settings("center"))._taker.begin(db)
        monkeypatch.setattr(psycopg.Connection, "close", ask_and_close)
    assert held == [(0,)]


def test_what_is_no_longer_kept_is_counted(hosts: Hosts) -> None:
    """After a restore of a backup that is older than parcels are kept."""
    hosts.receive("anna", 1)
    hosts.ship("anna")
    hosts.change("update shipping.segments set shipped = shipped")
    hosts.receive("boris", 2)
    hosts.ship("boris")
    hosts.change("update shipping.parcels set first = 5 where host = 'boris'")
    hosts.take()
    assert missing_of(hosts) == {"anna": 0, "boris": 1}


def test_whole_segments_that_are_no_longer_kept_are_counted(hosts: Hosts) -> None:
    """Their numbers tell; no offset does."""
    for lead_id in range(1, 5):
        hosts.receive("anna", lead_id)
        hosts.ship("anna")
        if lead_id == 1:
            hosts.take()
    hosts.change("delete from shipping.parcels where number in (2, 3)")
    hosts.take()
    hosts.place("center").taken_parcels.unlink()
    hosts.change("delete from shipping.parcels where number = 1")
    hosts.take()
    assert missing_of(hosts) == {"anna": 2}


def test_a_host_that_was_given_another_name_loses_nothing(hosts: Hosts) -> None:
    """While its parcels waited: hosts take turns, so what is of the new name comes first."""
    hosts.settings("anna").data_dir.mkdir()
    with closing(InboxWriter(hosts.place("anna").inbox)) as inbox:
        for lead_id, name in enumerate(("anna", "anna", "anna", "old"), 1):
            inbox.put(call(lead_id))
            assert hosts.ship(name, place="anna") == 1
    assert hosts.take() == 4
    assert hosts.ask(TAKEN)[1] == ("old", 1, 2)
    hosts.digest()
    assert hosts.lead_ids() == [1, 2, 3, 4]
    assert missing_of(hosts) == {"anna": 0, "old": 0}


def test_a_store_that_is_rebuilt_is_the_same(hosts: Hosts, monkeypatch: pytest.MonkeyPatch) -> None:
    ship_both(hosts)
    hosts.take()
    hosts.digest()
    hosts.receive("anna", 5)
    hosts.ship("anna")
    hosts.take()
    hosts.digest()
    monkeypatch.setenv("CALLTOUCH_DATA_DIR", str(hosts.root / "center"))
    assert main(["rebuild", "--verify"]) == 0


def restored(hosts: Hosts, backup: Path) -> None:
    shutil.copytree(backup / "data", hosts.root / "restored")


@pytest.mark.parametrize("archives", [True, False], ids=["archived", "in the inbox"])
def test_after_a_restore_what_was_taken_since_is_taken_again_in_the_same_order(
    hosts: Hosts, archives: bool
) -> None:
    ship_both(hosts)
    hosts.take()
    digest: Callable[[], None] = hosts.digest if archives else lambda: None
    digest()
    backup = take_backup(hosts.settings("center"), BackupShelf(hosts.root / "shelf")).path
    for name, lead_id in (("boris", 5), ("anna", 6), ("boris", 7)):
        hosts.receive(name, lead_id)
        hosts.ship(name)
        hosts.take()
    hosts.digest()
    restored(hosts, backup)
    hosts.receive("anna", 8)
    hosts.ship("anna")
    hosts.take("restored")
    hosts.digest("restored")
    assert hosts.deliveries("restored")[:-1] == hosts.deliveries()
    assert hosts.lead_ids("restored")[-1] == 8


def test_without_the_unique_number_a_parcel_is_taken_twice(hosts: Hosts) -> None:
    """The control: what PostgreSQL refuses, were it allowed."""
    hosts.receive("anna", 1)
    hosts.ship("anna")
    hosts.take()
    for constraint in ("parcels_pkey", "parcels_place_key"):
        hosts.change(f"alter table shipping.parcels drop constraint {constraint}")
    # Nor may the offsets tell: as they would not if a parcel were just a number.
    hosts.change(
        "insert into shipping.parcels (host, number, segment, first, last, content)"
        " select host, number, segment, first + last, last + last, content from shipping.parcels"
    )
    hosts.take()
    hosts.digest()
    assert hosts.lead_ids() == [1, 1]
