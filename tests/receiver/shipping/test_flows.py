"""What comes at the addresses of flows on hosts that ship: once, in order, and never run twice."""

import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from analytics.published_file import Published, PublishedFile
from calltouch.cli import main
from flows.filling.filters import FilterSettings
from flows.restored import hold_restored
from flows.store.definitions import set_running
from flows.store.writer import StoreWriter
from receiver.backup.shelf import BackupShelf
from receiver.backup.taking import take_backup
from receiver.data_dir import DataDir
from receiver.digest.erasing.files import CutSegment, refuse_taken
from receiver.flow_positions import flow_positions
from receiver.inbox.delivery import Delivery
from receiver.inbox.writer import InboxWriter
from receiver.shipping.ledger import ParcelsRefused
from receiver.shipping.settling import NotTaken, settle_parcels
from tests.receiver.backup.installation import FLOW, begin_flow, deliver, take_in
from tests.receiver.deliveries import FORM
from tests.receiver.shipping.hosts import Hosts

INBOXES = "select inbox, number from shipping.parcels order by number"


@pytest.fixture
def center(hosts: Hosts) -> DataDir:
    """With a flow that runs."""
    place = hosts.place("center")
    place.flows.mkdir(parents=True)
    begin_flow(place)
    return place


def ship(hosts: Hosts, name: str, *bodies: str) -> None:
    hosts.place(name).flows.mkdir(parents=True, exist_ok=True)
    deliver(hosts.place(name), *bodies)
    hosts.ship(name)


def operations(place: DataDir) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(place.flows_store)) as db:
        return db.execute("select state, reason from operations order by operation_id").fetchall()


def test_deliveries_of_flows_go_into_their_inbox(hosts: Hosts, center: DataDir) -> None:
    hosts.receive("anna", 1)
    ship(hosts, "anna", "id=1", "id=2")
    assert hosts.ask(INBOXES) == [("flows", 1), ("webhooks", 2)]
    for inbox in (hosts.place("anna").inbox, hosts.place("anna").flows_inbox):
        assert list(inbox.glob("*.seg")) == []
    ship(hosts, "boris", "id=3")
    hosts.take()
    hosts.digest()
    assert hosts.lead_ids() == [1]
    assert take_in(center) == ["id=1", "id=2", "id=3"]
    assert list(center.flows_inbox.glob("*.seg")) == []


def test_what_one_worker_received_keeps_its_order(hosts: Hosts, center: DataDir) -> None:
    place, numbers = hosts.place("anna"), range(12)
    place.flows.mkdir(parents=True)
    with closing(InboxWriter(place.flows_inbox)) as inbox:
        for number in numbers:
            body = f"id={number:02}".encode()
            inbox.put(Delivery(FLOW, "POST", "/flow/crm", b"", body, FORM, "192.0.2.1"))
            if number % 3 == 0:
                hosts.ship("anna")
    hosts.ship("anna")
    hosts.take()
    take_in(center)
    store = StoreWriter(center.flows_store)
    with closing(store), closing(store.reader()) as db:
        times = [row[0] for row in db.execute("select received_at from operations order by 1")]
        ids = db.execute("select operation_id from operations order by received_at").fetchall()
    assert [row[0] for row in ids] == sorted(row[0] for row in ids)
    assert len(times) == len(numbers)


def test_what_flows_have_taken_in_is_not_taken_again(hosts: Hosts, center: DataDir) -> None:
    """As when the taker is killed after it wrote, and flows were quick."""
    ship(hosts, "anna", "id=1")
    hosts.take()
    assert take_in(center) == ["id=1"]
    assert list(center.flows_inbox.glob("*.seg")) == []
    center.taken_parcels.unlink()
    hosts.take()
    assert take_in(center) == ["id=1"]


@pytest.mark.parametrize("lacking", [1, 30, 150])
def test_what_was_torn_is_taken_again_though_flows_were_there(
    hosts: Hosts, center: DataDir, lacking: int
) -> None:
    ship(hosts, "anna", "id=1", "id=2", "id=3")
    hosts.take()
    (file,) = center.flows_inbox.glob("*.seg")
    with file.open("r+b") as torn:
        torn.truncate(file.stat().st_size - lacking)
    assert len(take_in(center)) < 3
    center.taken_parcels.unlink()
    hosts.take()
    assert take_in(center) == ["id=1", "id=2", "id=3"]


def test_without_the_store_of_flows_nothing_is_taken(hosts: Hosts, center: DataDir) -> None:
    center.flows_store.write_bytes(b"no database" * 100)
    with pytest.raises(ParcelsRefused, match=r"flows\.sqlite cannot be read"):
        hosts.take()
    assert flow_positions(hosts.root / "none.sqlite") == {}


def restored(hosts: Hosts, backup: Path) -> DataDir:
    """What `calltouch restore` makes of it, with its flows started again."""
    place, now = DataDir(hosts.root / "restored"), datetime.now(UTC)
    shutil.copytree(backup / "data", place.root)
    hosts.digest("restored")
    with Published(PublishedFile(place.published)).reading() as published:
        hold_restored(place, published, FilterSettings(ZoneInfo("UTC")), now)
    with closing(StoreWriter(place.flows_store)) as store:
        store.write(lambda db: set_running(db, FLOW, True, now, "test"))
    return place


def test_what_came_since_the_backup_is_held_after_a_restore(hosts: Hosts, center: DataDir) -> None:
    """It was passed on, and the backup does not know that."""
    ship(hosts, "anna", "id=1")
    hosts.take()
    take_in(center)
    hosts.digest()
    backup = take_backup(hosts.settings("center"), BackupShelf(hosts.root / "shelf")).path
    ship(hosts, "anna", "id=2")
    hosts.take()
    assert take_in(center) == ["id=1", "id=2"]
    place = restored(hosts, backup)
    ship(hosts, "anna", "id=3")
    hosts.take("restored")
    assert take_in(place) == ["id=1", "id=2", "id=3"]
    assert operations(place) == [("held", "restored"), ("held", "restored"), ("waiting", "")]


def test_what_the_backup_has_taken_in_is_not_taken_again(hosts: Hosts, center: DataDir) -> None:
    """Its journal is older than its store of flows, which is copied later."""
    ship(hosts, "anna", "id=1")
    hosts.take()
    take_in(center)
    hosts.digest()
    backup = take_backup(hosts.settings("center"), BackupShelf(hosts.root / "shelf")).path
    (backup / "data" / "parcels.json").unlink()
    place = restored(hosts, backup)
    hosts.take("restored")
    assert take_in(place) == ["id=1"]


def test_old_positions_are_forgotten_but_not_of_what_is_there(
    hosts: Hosts, center: DataDir
) -> None:
    ship(hosts, "anna", "id=1")
    hosts.take()
    take_in(center)
    assert len(flow_positions(center.flows_store)) == 1
    old = f"{10**18:020d}-{10**18:020d}-7.0-{'ab' * 8}.seg"
    with closing(sqlite3.connect(center.flows_store)) as db, db:
        db.execute("insert into positions values (?, 2000)", (old,))
    deliver(center, "id=2")
    take_in(center)
    assert old not in flow_positions(center.flows_store)
    assert len(flow_positions(center.flows_store)) == 1


def test_tables_of_before_get_what_they_lack(hosts: Hosts, center: DataDir) -> None:
    hosts.receive("anna", 1)
    hosts.ship("anna")
    hosts.change("drop table shipping.flow_addresses")
    hosts.change("alter table shipping.parcels drop column inbox")
    hosts.change("alter table shipping.hosts drop column addresses")
    ship(hosts, "anna", "id=1")
    hosts.take()
    hosts.digest()
    assert hosts.lead_ids() == [1]
    assert take_in(center) == ["id=1"]


def test_settling_waits_for_flows_too(hosts: Hosts, center: DataDir) -> None:
    hosts.place("anna").flows.mkdir(parents=True)
    deliver(hosts.place("anna"), "id=1")
    with pytest.raises(NotTaken, match="wait in the inbox"):
        settle_parcels(hosts.settings("anna"), 0.2)
    hosts.ship("anna")
    hosts.take()
    settle_parcels(hosts.settings("anna"), 0.2)


def test_a_segment_whose_offsets_a_host_knows_is_not_rewritten(
    hosts: Hosts, center: DataDir
) -> None:
    ship(hosts, "anna", "id=1")
    hosts.take()
    (taken,) = center.flows_inbox.glob("*.seg")
    with pytest.raises(CutSegment, match="let flows take it in"):
        refuse_taken(taken)
    deliver(center, "id=2")
    (own,) = {*center.flows_inbox.glob("*.seg")} - {taken}
    refuse_taken(own)


def as_host(hosts: Hosts, monkeypatch: pytest.MonkeyPatch, role: str) -> None:
    monkeypatch.setenv("CALLTOUCH_DATA_DIR", str(hosts.root / "anna"))
    monkeypatch.setenv("CALLTOUCH_PARCELS", hosts.database)
    monkeypatch.setenv("CALLTOUCH_HOST_NAME", "anna")
    monkeypatch.setenv("CALLTOUCH_PARCELS_ROLE", role)


def test_flows_are_not_run_where_they_are_shipped(
    hosts: Hosts, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ship(hosts, "anna")
    deliver(hosts.place("anna"), "id=1")
    as_host(hosts, monkeypatch, "ship")
    assert main(["flow", "run", "--once"]) == 1
    assert main(["flow", "list"]) == 1
    assert "on the host that takes" in capsys.readouterr().err
    as_host(hosts, monkeypatch, "take")
    assert main(["flow", "run", "--once"]) == 1
    assert "handed over to another host" in capsys.readouterr().err
    assert len(list(hosts.place("anna").flows_inbox.glob("*.seg"))) == 1
