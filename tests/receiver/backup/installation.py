"""A data directory with everything that one may hold, and what must be left of it."""

import re
import shutil
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from dashboards.access.people import add_user
from dashboards.access.roles import Role
from dashboards.access.state import AccessStore
from flows.addresses import write_addresses
from flows.book import FlowBook
from flows.contacts import ContactHashes
from flows.filling.filters import FilterSettings
from flows.sources.deliveries import DeliveryIntake
from flows.store import attempts
from flows.store.definitions import apply_definition, set_running
from flows.store.writer import StoreWriter
from receiver.backup.shelf import BackupShelf
from receiver.backup.taking import TakenBackup, take_backup
from receiver.data_dir import DataDir
from receiver.digest.archive.archive import Archive
from receiver.inbox.delivery import Delivery
from receiver.inbox.reader import InboxEntry, InboxReader
from receiver.inbox.writer import InboxWriter
from receiver.person_key import person_key
from receiver.settings.settings import Settings
from tests.receiver.deliveries import FORM, call, put
from tests.receiver.digest.archive.archives import make

FLOW = "crm"
FILES, A_FILE, WAITING = 2, 5, 3
DELIVERIES = FILES * A_FILE + WAITING
DEFINITION = """
[source]
kind = "http"
[[steps]]
kind = "http"
url = "https://crm.example.ru/"
body.text = "{{id}}"
"""


def make_installation(directory: Path) -> Settings:
    """Digested and archived deliveries, and some that are not; users; a flow that runs, with a
    delivery that nobody has taken in; settings."""
    settings = make(directory / "data", FILES, A_FILE)
    place = DataDir(settings.data_dir)
    put(settings, [call(900 + n) for n in range(WAITING)])
    place.damaged.mkdir()
    (place.damaged / "one.seg-7-9").write_bytes(b"??")
    place.taken_parcels.write_text('{"ledger": "none"}')
    add_somebody(place, "anna")
    person_key(place.person_key)
    place.calendar.write_text('[hours]\nmon = "09:00-18:00"\n')
    place.operations_archive.mkdir()
    (place.operations_archive / "2026-11-20.parquet").write_bytes(b"what flows did")
    begin_flow(place)
    deliver(place, "id=1")
    (directory / "calltouch.toml").write_text('timezone = "Europe/Moscow"\n')
    for reserve in directory.rglob("reserve"):
        # 64 MiB that every copy would have.
        reserve.unlink()
    return settings_in(directory)


def settings_in(directory: Path) -> Settings:
    return Settings.load(
        {
            "CALLTOUCH_DATA_DIR": str(directory / "data"),
            "CALLTOUCH_CONFIG": str(directory / "calltouch.toml"),
        }
    )


def copied_installation(original: Settings, directory: Path) -> Settings:
    shutil.copytree(original.data_dir.parent, directory, dirs_exist_ok=True)
    return settings_in(directory)


def add_somebody(place: DataDir, name: str) -> None:
    with closing(AccessStore(place.state)) as access, access.changing() as db:
        add_user(db, access.clock(), name, Role.ADMIN, password_hash="!")


def begin_flow(place: DataDir, name: str = FLOW, definition: str = DEFINITION) -> None:
    now = datetime.now(UTC)
    with closing(StoreWriter(place.flows_store)) as store:
        store.write(lambda db: apply_definition(db, name, definition, now, "test"))
        store.write(lambda db: set_running(db, name, True, now, "test"))
        store.write(lambda db: write_addresses(db, place.flow_addresses, now))
    (place.flows / f"{name}.toml").write_text(definition)


def deliver(place: DataDir, *bodies: str, flow: str = FLOW) -> None:
    """To the address of a flow."""
    with closing(InboxWriter(place.flows_inbox)) as inbox:
        inbox.put_all(
            Delivery(flow, "POST", f"/flow/{flow}", b"", body.encode(), FORM, "192.0.2.1")
            for body in bodies
        )


def take_in(place: DataDir) -> list[str]:
    """What a runner does with the inbox of flows; the bodies of all operations there are then."""
    with closing(StoreWriter(place.flows_store)) as store, closing(store.reader()) as db:
        book = FlowBook()
        book.refresh(db)
        zone = FilterSettings(ZoneInfo("UTC"))
        contacts = ContactHashes(place.person_key)
        with closing(DeliveryIntake(place.flows_inbox, store, book, zone, contacts)) as intake:
            while intake.take():
                pass
        numbers = [row[0] for row in db.execute("select operation_id from operations")]
        inputs = [attempts.input_of(db, number) for number in numbers]
        return sorted(str(one["body"]) for one in inputs if one is not None)


def back_up(settings: Settings, directory: Path) -> TakenBackup:
    return take_backup(settings, BackupShelf(directory))


def ids_in(data_dir: Path) -> list[int]:
    """Of calls, with each delivery that counts: of the archive, and of the inbox beyond it."""
    place = DataDir(data_dir)
    archive = Archive(place.archive)
    with closing(InboxReader(place.inbox)) as reader:
        snapshot = reader.look()
        archived = archive.positions(list(snapshot.limits))
        entries = [item for item in snapshot.entries(archived) if isinstance(item, InboxEntry)]
        entries += [numbered.entry for numbered in archive.read()]
    bodies = [entry.received.delivery.body for entry in entries]
    return sorted(int(match[1]) for body in bodies if (match := re.search(rb"\bid=(\d+)", body)))
