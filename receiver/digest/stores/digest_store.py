"""What digest needs of a place for its store. Two have it: a file, and a lake."""

from contextlib import AbstractContextManager
from threading import Event
from typing import Protocol

from duckdb import DuckDBPyConnection

from analytics.store import StoreFingerprint
from receiver.digest.archive.reference import Reference
from receiver.digest.recovery import Count


class StoreInUse(Exception):
    """What was made before or beside it cannot go yet; the text says why."""


class NewStore(Protocol):
    """A store that is made beside the one there is."""

    def open(self, fingerprint: StoreFingerprint) -> DuckDBPyConnection:
        """Empty, whatever was left there before."""

    def give_up(self) -> None:
        """Nothing of it stays."""

    def finish(self) -> None:
        """It is whole and closed: digest may take it over."""


class StorePublisher(Protocol):
    """What readers have is a copy, or the very same."""

    def is_there(self) -> bool:
        """Whether readers have anything."""

    def is_disturbed(self) -> bool:
        """Whether they no longer have what was published."""

    def needed_bytes(self) -> int:
        """The room that the next publication takes on the disk."""

    def forget(self) -> None:
        """The store is another one, or was opened again."""

    def take_up(self) -> bool:
        """Go on with what a process before this one has published, if it is undisturbed."""

    def publish(self, db: DuckDBPyConnection) -> None: ...

    def signature(self) -> tuple[object, ...]:
        """Of what was published. Raises `OSError`."""

    def size(self) -> int:
        """Of the store, in bytes."""

    def close(self) -> None:
        """Keep no copy."""


class DigestStore(Protocol):
    """The caller of `open` is the only one who writes; who replaced another store keeps that until
    the new one has been published."""

    @property
    def publisher(self) -> StorePublisher: ...

    def wait(self, stop: Event) -> bool:
        """As a standby, until no other host digests; False: asked to stop."""

    def is_there(self) -> bool: ...

    def open(self, fingerprint: StoreFingerprint, count: Count) -> DuckDBPyConnection:
        """Made with this fingerprint; new where there is none. Raises `NeedsRebuild`,
        `FingerprintChanged`."""

    def open_as_it_is(self, fingerprint: StoreFingerprint) -> DuckDBPyConnection:
        """Whatever it was made with."""

    def reading(self) -> AbstractContextManager[Reference | None]:
        """The store, which is closed."""

    def reading_published(self) -> AbstractContextManager[Reference | None]:
        """What readers have."""

    def new(self, *, by_command: bool = False) -> NewStore:
        """`by_command`: beside a digest that may be running."""

    def has_new(self) -> bool:
        """Whether a new store waits to be taken over; quick enough to ask all the time."""

    def take_new(self) -> None:
        """From now on it is the store; none may be open."""

    def adopt_published(self) -> None:
        """Make what readers have the store."""

    def drop_previous(self) -> None:
        """The store that was replaced is no longer needed."""

    def fall_back(self) -> None:
        """The store that replaced another gives way to it; both are closed."""

    def anew_bytes(self) -> int:
        """The room on the disk of the data directory that it takes to make it again, and publish
        it."""

    def drop_others(self) -> None:
        """Nothing stays of those that were made before the open one, which is published, or beside
        it. Raises `StoreInUse`."""

    def note_success(self) -> None:
        """Digest has written into it without failing."""

    def keep_in_shape(self, db: DuckDBPyConnection | None) -> None:
        """A step of that, if one is due, between two batches; `db`: the open store."""

    def close(self) -> None: ...
