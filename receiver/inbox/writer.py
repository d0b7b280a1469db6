"""Group commit: one thread writes all waiting deliveries in one write and one sync.

While one sync runs the next group gathers, so a slow disk makes groups larger, not the rate lower.
On a slow disk a group smaller than the one before waits a part of a sync for the rest: those who
were answered together send again together, and would otherwise split into two halves that wait for
each other's syncs for ever.
`put` returns when the delivery is on disk, or raises `InboxUnavailable`; nothing is acknowledged
from memory.

After a failed sync the kernel may have thrown the written pages away and call the next sync a
success, so a segment whose sync failed is never touched again: the whole group goes into a new one.
"""

import errno
import logging
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from queue import Empty, SimpleQueue

from receiver.inbox import frames, reserve
from receiver.inbox.delivery import Delivery, stamp
from receiver.inbox.frames import Kind
from receiver.inbox.segment import Cut, OpenSegment, create, sync_directory
from receiver.inbox.watermark import Watermark

log = logging.getLogger(__name__)

SEGMENT_BYTES = 64 << 20
SEGMENT_SECONDS = 3600.0
GROUP_BYTES = 8 << 20
PATIENCE_SECONDS = 20.0
SLOW_SECONDS = 0.001
LONGEST_GATHERING_SECONDS = 0.005
_FULL = (errno.ENOSPC, errno.EDQUOT)


class InboxUnavailable(Exception):
    """The inbox cannot be written now; the text says why."""


class Waiting:
    """A frame to be written. `done` is called from the inbox's thread: with None once it is synced,
    else with the reason why it is not kept. It must be quick."""

    __slots__ = ("done", "kind", "packed")

    def __init__(self, kind: Kind, packed: bytes, done: Callable[[Exception | None], None]) -> None:
        self.kind = kind
        self.packed = packed
        self.done = done


class _Outcome:
    """What becomes of a frame, for one thread that waits for it."""

    __slots__ = ("_error", "_known")

    def __init__(self) -> None:
        self._error: Exception | None = None
        self._known = threading.Lock()
        self._known.acquire()

    def note(self, error: Exception | None) -> None:
        self._error = error
        self._known.release()

    def wait(self) -> None:
        """Until it is synced; raises `InboxUnavailable`."""
        if not self._known.acquire(timeout=PATIENCE_SECONDS):
            raise InboxUnavailable(f"no sync within {PATIENCE_SECONDS:.0f} s")
        if self._error is not None:
            raise InboxUnavailable(str(self._error)) from self._error


class InboxWriter:
    """The inbox as one worker process writes it. Opens its segment with the first delivery.

    `observe` is called after each commit with the number of frames and the seconds it took.
    """

    def __init__(
        self, directory: Path, observe: Callable[[int, float], None] = lambda count, seconds: None
    ) -> None:
        self._directory = directory
        self._observe = observe
        self._waiting: SimpleQueue[list[Waiting] | None] = SimpleQueue()
        self._starting = threading.Lock()
        self._counting = threading.Lock()
        self._begun_bytes = 0
        self._ended_bytes = 0
        self._thread: threading.Thread | None = None
        self._segment: OpenSegment | None = None
        self._watermark = Watermark(directory)
        self._order_ns = 0
        self._last_group = 0
        self._gathering = 0.0
        self._next_complaint: dict[str, float] = {}

    @property
    def waiting_bytes(self) -> int:
        """How much waits for its sync; it grows while the disk hangs."""
        return self._begun_bytes - self._ended_bytes

    def begin(self, waiting: list[Waiting]) -> None:
        """Keep some, in their order, without waiting for it: each is told."""
        if self._thread is None:
            self._start()
        with self._counting:
            self._begun_bytes += sum(len(one.packed) for one in waiting)
        self._waiting.put(waiting)

    def put(self, delivery: Delivery) -> None:
        """Keep a delivery; returns once it is synced. Raises `InboxUnavailable`."""
        self.put_all([delivery])

    def put_all(self, deliveries: Iterable[Delivery]) -> None:
        """Keep many, in their order; returns once all are synced. Raises `InboxUnavailable` when
        one is not; others may be kept then."""
        self._put(Kind.DELIVERY, [delivery.pack() for delivery in deliveries])

    def check(self) -> None:
        """Go the whole way of a delivery with a frame that means nothing."""
        self._put(Kind.CHECK, [bytes(16)])

    def close(self) -> None:
        """Commit what waits, then close the segment."""
        thread = self._thread
        if thread is not None:
            self._waiting.put(None)
            thread.join()
            self._thread = None

    def _put(self, kind: Kind, payloads: list[bytes]) -> None:
        outcomes = [_Outcome() for _ in payloads]
        pairs = zip(payloads, outcomes, strict=True)
        for packed, outcome in pairs:
            self.begin([Waiting(kind, packed, outcome.note)])
        for outcome in outcomes:
            outcome.wait()

    def _start(self) -> None:
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="inbox", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        closing = False
        while not closing:
            group, closing = self._take()
            if group:
                self._answer(group)
            self._rotate(closing)

    def _take(self) -> tuple[list[Waiting], bool]:
        """Everything that waits now, or will in a moment, and whether this is the end."""
        group: list[Waiting] = []
        size = 0
        try:
            waiting = self._waiting.get(timeout=self._seconds_to_rotation())
            until = time.monotonic() + self._gathering
            while waiting is not None:
                group += waiting
                size += sum(len(one.packed) for one in waiting)
                if size >= GROUP_BYTES:
                    return group, False
                rest = until - time.monotonic() if len(group) < self._last_group else 0.0
                waiting = self._waiting.get(rest > 0, max(rest, 0.0))
        except Empty:
            return group, False
        return group, True

    def _answer(self, group: list[Waiting]) -> None:
        error: Exception | None = None
        started = time.perf_counter()
        try:
            self._commit(group)
        except Exception as raised:  # noqa: BLE001 - whatever it is, the callers must be answered
            self._complain("inbox: %d deliveries refused: %r", len(group), raised)
            error = raised
        seconds = time.perf_counter() - started
        self._ended_bytes += sum(len(waiting.packed) for waiting in group)
        for waiting in group:
            self._tell(waiting, error)
        if error is None:
            self._observe(len(group), seconds)
            self._last_group = len(group)
            slow = seconds >= SLOW_SECONDS
            self._gathering = min(seconds / 2, LONGEST_GATHERING_SECONDS) if slow else 0.0

    def _tell(self, waiting: Waiting, error: Exception | None) -> None:
        try:
            waiting.done(error)
        except Exception as raised:  # noqa: BLE001 - the others still wait for this thread
            self._complain("inbox: what became of a delivery could not be told: %r", raised)

    def _commit(self, group: list[Waiting]) -> None:
        segment = self._segment or self._open()
        try:
            with segment.in_flight():
                try:
                    segment.append(self._frames(segment, group))
                except OSError as error:
                    self._segment = None
                    self._commit_again(group, Cut(segment.name, segment.size), error)
        finally:
            if self._segment is not segment:
                segment.close()

    def _commit_again(self, group: list[Waiting], cut: Cut, error: OSError) -> None:
        """The second and last try, while readers still wait for the first one's segment."""
        self._complain("inbox: %s failed at %d: %s", cut.segment, cut.position, error)
        if error.errno in _FULL:
            reserve.give_up(self._directory)
        segment = self._open(cut)
        try:
            with segment.in_flight():
                segment.append(self._frames(segment, group))
        except OSError:
            self._segment = None
            segment.close()
            raise

    def _open(self, cut: Cut | None = None) -> OpenSegment:
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            segment = self._create(cut)
        except OSError as error:
            self._complain("inbox: no segment could be made: %s; trying once more", error)
            if error.errno in _FULL:
                reserve.give_up(self._directory)
            segment = self._create(cut)
        self._segment = segment
        if cut is None:
            reserve.lay_down(self._directory)
        return segment

    def _create(self, cut: Cut | None) -> OpenSegment:
        # Whoever made it: a segment in a directory that is not on the disk is not either.
        sync_directory(self._directory.parent)
        return create(self._directory, cut)

    def _frames(self, segment: OpenSegment, group: list[Waiting]) -> bytes:
        received_ns = time.time_ns()
        self._order_ns = max(received_ns, self._order_ns, self._watermark.read() + 1)
        return b"".join(
            frames.encode(
                segment.marker, waiting.kind, stamp(waiting.packed, self._order_ns, received_ns)
            )
            for waiting in group
        )

    def _complain(self, text: str, *about: object) -> None:
        """At most once a second: on a broken disk every group fails."""
        now = time.monotonic()
        if now >= self._next_complaint.get(text, 0.0):
            self._next_complaint[text] = now + 1.0
            log.error(text, *about)

    def _seconds_to_rotation(self) -> float | None:
        if self._segment is None:
            return None
        return max(self._segment.opened + SEGMENT_SECONDS - time.monotonic(), 0.0)

    def _rotate(self, closing: bool) -> None:
        segment = self._segment
        if segment is None:
            return
        if closing or segment.size >= SEGMENT_BYTES or self._seconds_to_rotation() == 0.0:
            self._segment = None
            segment.close()
