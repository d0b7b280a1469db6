"""The loop: takes deliveries in, and gives what is due to threads. One runner at a time."""

import logging
import os
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue

from flows.book import FlowBook
from flows.contacts import ContactHashes
from flows.running.execution import run_operation
from flows.running.inputs import operation_fields
from flows.running.progress import OperationProgress, Tools
from flows.running.recovery import recover
from flows.sources.deliveries import DeliveryIntake
from flows.sources.leads import LeadIntake
from flows.store import attempts, operations
from flows.store.operations import Operation

log = logging.getLogger(__name__)

_LOOK_SECONDS = 0.2
_BEAT_SECONDS = 5.0
_FAILED_SECONDS = 5.0
# A host's turn comes sooner than any retry.
_SOON_SECONDS = 2.0


class Runner:
    """`tools.is_running` is set here: it asks the book. `inbox`: where the deliveries are.
    `heartbeat`: a file that is touched while it moves."""

    def __init__(
        self, tools: Tools, inbox: Path, threads: int, heartbeat: Path | None = None
    ) -> None:
        self._heartbeat, self._next_beat = heartbeat, 0.0
        self._book = FlowBook()
        self._db = tools.store.reader()
        self._tools = replace(tools, is_running=self._book.is_running)
        contacts = ContactHashes(tools.person_key)
        self._intake = DeliveryIntake(inbox, tools.store, self._book, tools.settings, contacts)
        self._leads = LeadIntake(
            tools.leads, tools.store, self._book, tools.settings.zone, contacts
        )
        self._threads = threads
        self._running: Counter[str] = Counter()
        self._readers: SimpleQueue[sqlite3.Connection] = SimpleQueue()
        self._changed = threading.Condition()

    def run(self, stop: threading.Event, *, once: bool = False) -> None:
        """Until told to stop; `once`: until nothing is due."""
        store = self._tools.store
        store.write(lambda db: recover(db, self._book.versions(db), self._tools.now()))
        with (
            ExitStack() as stack,
            closing(self._intake),
            closing(self._leads),
            closing(self._db),
            ThreadPoolExecutor(self._threads, "flow") as threads,
        ):
            stack.callback(self._close_readers)
            while not stop.is_set():
                try:
                    is_idle = self._round(threads)
                except (sqlite3.Error, OSError) as error:
                    log.error("flows cannot go on: %s", error)
                    is_idle = True
                    stop.wait(_FAILED_SECONDS)
                if once and is_idle and not self._count() and not self._is_due(_SOON_SECONDS):
                    return
                if is_idle:
                    self._wait()

    def _round(self, threads: ThreadPoolExecutor) -> bool:
        """Whether there was nothing to do."""
        self._beat()
        self._book.refresh(self._db)
        taken = self._intake.take() + self._leads.take(self._tools.clock())
        due = self._take_due(self._threads - self._count())
        for operation in due:
            with self._changed:
                self._running[operation.flow] += 1
            done = partial(self._note_done, operation.flow)
            threads.submit(self._run, operation).add_done_callback(done)
        return not taken and not due

    def _beat(self) -> None:
        if self._heartbeat is not None and time.monotonic() >= self._next_beat:
            self._next_beat = time.monotonic() + _BEAT_SECONDS
            os.utime(self._heartbeat)

    def _take_due(self, most: int) -> list[Operation]:
        """Writes nothing where nothing is due."""
        if most <= 0 or not self._is_due():
            return []
        now, share = self._tools.clock(), max(self._threads // 2, 1)
        with self._changed:
            shares = {name: max(share - self._running[name], 0) for name in self._book.current}
        return self._tools.store.write(lambda db: operations.take_due(db, now, most, shares))

    def _count(self) -> int:
        with self._changed:
            return self._running.total()

    def _is_due(self, ahead: float = 0.0) -> bool:
        next_at = operations.next_due_at(self._db)
        return next_at is not None and next_at <= self._tools.clock() + ahead

    def _wait(self) -> None:
        """Until an operation has ended, or a moment has passed."""
        with self._changed:
            self._changed.wait(_LOOK_SECONDS)

    def _note_done(self, flow: str, future: Future[None]) -> None:
        with self._changed:
            self._running[flow] -= 1
            self._changed.notify_all()

    def _run(self, operation: Operation) -> None:
        """An operation that a fault of ours ends is `failed`, and the loop lives."""
        started = time.monotonic()
        try:
            with self._reader() as db:
                progress = self._progress(db, operation)
            if progress is not None:
                run_operation(progress)
        except sqlite3.Error as error:
            log.error("operation %d cannot be noted: %s", operation.operation_id, error)
        except Exception as error:  # noqa: BLE001 - whatever it is, the others go on
            log.error("operation %d: %s", operation.operation_id, type(error).__name__)
            self._fail(operation)
        log.debug("operation %d took %.3f s", operation.operation_id, time.monotonic() - started)

    @contextmanager
    def _reader(self) -> Iterator[sqlite3.Connection]:
        """One of those that no thread uses: who only reads does not queue behind syncs."""
        try:
            db = self._readers.get_nowait()
        except Empty:
            db = self._tools.store.reader()
        try:
            yield db
        finally:
            self._readers.put(db)

    def _close_readers(self) -> None:
        while not self._readers.empty():
            self._readers.get().close()

    def _progress(self, db: sqlite3.Connection, operation: Operation) -> OperationProgress | None:
        flow = self._book.flow(db, operation.flow, operation.version)
        stored = attempts.input_of(db, operation.operation_id)
        if flow is None or stored is None:
            reason = "no-such-flow" if flow is None else "no-input"
            self._tools.store.write(lambda db: operations.hold(db, operation.operation_id, reason))
            return None
        fields = operation_fields(operation, flow, stored, self._tools.settings)
        results = attempts.results_of(db, operation.operation_id)
        notes = [*operation.notes, *fields.notes]
        return OperationProgress(self._tools, operation, flow, dict(fields.values), results, notes)

    def _fail(self, operation: Operation) -> None:
        now = datetime.now(UTC).isoformat()
        self._tools.store.write(
            lambda db: operations.end(db, operation, "failed", now, "crash", notes=operation.notes)
        )
