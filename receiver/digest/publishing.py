"""When the store is published, and what goes with it: notes that are no function of deliveries."""

import time
from contextlib import suppress

from duckdb import DuckDBPyConnection

from analytics.keyed.placing import remove_keyed_file
from analytics.noted import forget, note, noted
from analytics.publish.publisher import PublishPace
from analytics.store import PUBLISHED, last_delivery_id, published_us
from receiver import __version__
from receiver.data_dir import DataDir
from receiver.digest.archive.keeper import ArchiveKeeper
from receiver.digest.run_tables import PublishedNotes
from receiver.digest.stores.digest_store import StorePublisher
from receiver.ops.metrics import DigestMetrics
from receiver.settings.settings import Settings


class StorePublication:
    """Of one store after another. `archive`: its faults and losses are published as well."""

    def __init__(
        self,
        settings: Settings,
        publisher: StorePublisher,
        archive: ArchiveKeeper,
        metrics: DigestMetrics,
    ) -> None:
        self._place = DataDir(settings.data_dir)
        self._archive = archive
        self._metrics = metrics
        self._notes = PublishedNotes(self._place, settings.timezone)
        self._pace = PublishPace(settings.publish_seconds)
        self._permits = (settings.published_mode, settings.published_group)
        self._publisher = publisher

    def begin(self, db: DuckDBPyConnection) -> bool:
        """With a store that was opened. Returns whether the file in place is what was made of it
        last, and nothing has come since: then it need not be made again."""
        self._publisher.forget()
        self._notes.begin(db)
        known = noted(db, PUBLISHED)
        if known is None or known != self._mark(db) or not self._publisher.take_up():
            return False
        size = self._publisher.size()
        self._metrics.note_published(last_delivery_id(db), published_us(db) / 1e6, size)
        return True

    def is_due(self, has_come: bool) -> bool:
        """`has_come`: there are deliveries that are not published yet."""
        return self._pace.is_due() and self.is_wanted(has_come)

    def is_wanted(self, has_come: bool) -> bool:
        return (
            has_come
            or not self._publisher.is_there()
            or self._notes.have_changed()
            or self._archive.have_notes_changed()
            or self._publisher.is_disturbed()
        )

    def needed_bytes(self) -> int:
        """The room that it takes on the disk."""
        return self._publisher.needed_bytes()

    def publish(self, db: DuckDBPyConnection) -> None:
        started = time.monotonic()
        self._write_notes(db)
        self._publisher.publish(db)
        seconds, size = time.monotonic() - started, self._publisher.size()
        self._pace.took(seconds)
        self._metrics.note_publication(last_delivery_id(db), seconds, size)
        note(db, PUBLISHED, self._mark(db))

    def _write_notes(self, db: DuckDBPyConnection) -> None:
        has_notes, has_faults = self._notes.have_changed(), self._archive.have_notes_changed()
        if has_notes or has_faults:
            # A digest that is killed before it has published them must not take them for published.
            forget(db, PUBLISHED)
        if has_notes:
            self._notes.write(db)
        if has_faults:
            self._archive.write_notes(db)

    def _mark(self, db: DuckDBPyConnection) -> str:
        """The same as long as a store has nothing that the file in place has not, and nobody has
        touched that. Without the device's number, which changes when it is mounted again."""
        with suppress(OSError):
            what = (*self._publisher.signature(), *self._permits, __version__)
            return f"{published_us(db)} {last_delivery_id(db)} {what}"
        return ""

    def keep_no_copy(self) -> None:
        """Nothing but what is in place. What was made of it before goes as well, or is being made
        of it now: the keyed file."""
        self._publisher.close()
        remove_keyed_file(self._place.keyed)

    def close(self) -> None:
        """The spare file stays, for the next start."""
        self._notes.close()
