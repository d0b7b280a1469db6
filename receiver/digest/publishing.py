"""When the store is published, and what goes with it: notes that are no function of deliveries."""

import time

from duckdb import DuckDBPyConnection

from analytics.keyed.placing import remove_keyed_file
from analytics.publish.publisher import Publisher, PublishPace
from analytics.store import last_delivery_id
from receiver import __version__
from receiver.data_dir import DataDir
from receiver.digest.archive.keeper import ArchiveKeeper
from receiver.digest.run_tables import PublishedNotes
from receiver.ops.metrics import DigestMetrics
from receiver.settings.settings import Settings


class StorePublication:
    """Of one store after another. `archive`: its faults and losses are published as well."""

    def __init__(self, settings: Settings, archive: ArchiveKeeper, metrics: DigestMetrics) -> None:
        self._place = DataDir(settings.data_dir)
        self._archive = archive
        self._metrics = metrics
        self._notes = PublishedNotes(self._place, settings.timezone)
        self._pace = PublishPace(settings.publish_seconds)
        self._publisher = Publisher(
            self._place.store,
            self._place.published,
            __version__,
            settings.published_mode,
            settings.published_group,
        )

    def is_due(self, has_come: bool) -> bool:
        """`has_come`: there are deliveries that are not published yet."""
        return self._pace.is_due() and (
            has_come
            or not self._place.published.exists()
            or self._notes.have_changed()
            or self._archive.have_notes_changed()
            or self._publisher.is_disturbed()
        )

    def needed_bytes(self) -> int:
        """The room that it takes on the disk."""
        return self._publisher.needed_bytes()

    def publish(self, db: DuckDBPyConnection) -> None:
        started = time.monotonic()
        self._notes.write(db)
        if self._archive.have_notes_changed():
            self._archive.write_notes(db)
        self._publisher.publish(db)
        seconds, size = time.monotonic() - started, self._place.store.stat().st_size
        self._pace.took(seconds)
        self._metrics.note_publication(last_delivery_id(db), seconds, size)

    def forget(self) -> None:
        """The store was replaced by another one."""
        self._publisher.forget()
        self._notes.forget()

    def keep_no_copy(self) -> None:
        """Nothing but what is in place. What was made of it before goes as well, or is being made
        of it now: the keyed file."""
        self._publisher.close()
        remove_keyed_file(self._place.keyed)

    def close(self) -> None:
        """The spare file stays, for the next start."""
        self._notes.close()
