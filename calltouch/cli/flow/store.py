"""What the commands of flows share: `flows.sqlite`, opened for a command and closed behind it."""

import getpass
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import click

from flows.addresses import write_addresses
from flows.store.definitions import NoSuchFlow
from flows.store.writer import Change, StoreWriter, T
from receiver.data_dir import DataDir, prepare
from receiver.settings.settings import Settings


@dataclass(frozen=True, slots=True)
class FlowCommands:
    """`who`: notes who made a change. `db` only reads."""

    settings: Settings
    place: DataDir
    store: StoreWriter
    db: sqlite3.Connection
    now: datetime
    who: str

    def write(self, change: Change[T]) -> T:
        return self.store.write(change)

    def publish_addresses(self) -> None:
        """So that the receiver knows of what has changed."""
        self.store.write(lambda db: write_addresses(db, self.place.flow_addresses, self.now))


@contextmanager
def flow_commands() -> Iterator[FlowCommands]:
    settings = Settings.load()
    if settings.ships:
        raise click.ClickException("flows are made and run on the host that takes: do it there")
    prepare(settings.data_dir)
    place = DataDir(settings.data_dir)
    store = StoreWriter(place.flows_store)
    with closing(store), closing(store.reader()) as db:
        try:
            yield FlowCommands(settings, place, store, db, datetime.now(UTC), _user())
        except NoSuchFlow as error:
            raise click.ClickException(
                f"there is no flow {error}; `calltouch flow list` shows those there are"
            ) from None


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"
