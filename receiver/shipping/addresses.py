"""Addresses of flows: the host that takes knows them, the others serve them as well.

They go through PostgreSQL as the text of `active.json`, with a version that only grows. They hold
keys, so nothing of them is logged.
"""

import logging
import time

from receiver.data_dir import DataDir
from receiver.shipping.ledger import Session, statement
from receiver.whole_file import replace_file

log = logging.getLogger(__name__)

_NONE = '{"flows": {}}'


class AddressPublisher:
    """Of the host that takes."""

    def __init__(self, place: DataDir) -> None:
        self._path, self._store = place.flow_addresses, place.flows_store
        self._published: object = None
        self._trouble = ""

    def begin(self) -> None:
        """In another session: whatever PostgreSQL knows is said anew."""
        self._published = None

    def publish(self, db: Session) -> None:
        """Where they have changed. What cannot be read stays as it was said last."""
        try:
            seen = self._look()
            if seen is None or seen == self._published:
                return
            # It may be replaced in between: then what is read is newer, and is said once more.
            text = _NONE if seen == _NONE else self._path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            self._complain(type(error).__name__)
            return
        db.execute(statement("put_addresses"), {"content": text})
        self._published = seen

    def _look(self) -> object:
        """What tells this text from others; None where it is about to be written."""
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return None if self._store.exists() else _NONE
        return found.st_ino, found.st_mtime_ns, found.st_size

    def _complain(self, trouble: str) -> None:
        if trouble != self._trouble:
            log.error("the addresses of flows cannot be read: %s", trouble)
        self._trouble = trouble


class AddressCopy:
    """Of a host that ships. `version`: of what is served here; 0 where nothing was heard of since
    the start. `heard_at`: when they were last known to be the newest, in Unix seconds."""

    def __init__(self, place: DataDir) -> None:
        self._path = place.flow_addresses
        self._trouble = ""
        self.version = 0
        self.heard_at: float | None = None

    def refresh(self, db: Session) -> None:
        """A disk without room for them is told; they are asked for again."""
        row = db.execute(statement("newer_addresses"), {"known": self.version}).fetchone()
        try:
            if row is not None:
                self._keep(str(row[1]))
                self.version = int(str(row[0]))
        except OSError as error:
            if str(error) != self._trouble:
                log.error("the addresses of flows cannot be written: %s", error)
            self._trouble = str(error)
            return
        if self.version:
            self.heard_at = time.time()

    def _keep(self, text: str) -> None:
        if self._path.exists() and self._path.read_bytes() == text.encode():
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(self._path, text)
