"""Group commit: a thread writes all waiting deliveries in one write and one sync.

While one sync runs, the next group gathers, so a slow disk makes groups larger, not the rate lower.
On a slow disk two threads take turns, each with a segment of its own: one gathers while the other
syncs, and starts its own sync when it has half of the concurrent senders, or has waited part of a
sync for them. Senders answered together send again together; otherwise they would all wait for one
sync while nobody is served, or split into parts that wait for each other's syncs. `put` returns
when the delivery is on disk, or raises `InboxUnavailable`; nothing is acknowledged from memory.
"""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue

from receiver.inbox.commits import Commits
from receiver.inbox.delivery import Delivery
from receiver.inbox.frames import FrameKind
from receiver.inbox.stamps import Stamps
from receiver.inbox.waiting import PATIENCE_SECONDS, FrameOutcome, InboxUnavailable, WaitingFrame

__all__ = ["InboxUnavailable", "InboxWriter", "WaitingFrame"]

GROUP_BYTES = 8 << 20
SLOW_SECONDS = 0.001
LONGEST_GATHERING_SECONDS = 0.005
OPENING_SECONDS = 1.0
RETRY_SECONDS = 0.2
_LOOK_SECONDS = 0.0005


class InboxWriter:
    """The inbox as one process writes it.

    `observe` is called after each commit with the number of frames and the seconds it took. With
    more than one lane, a later frame may get an earlier place than one that still waits.
    `reserve_in`: the inbox whose reserve this one uses when the disk is full, if not its own.
    """

    def __init__(
        self,
        directory: Path,
        observe: Callable[[int, float], None] = lambda count, seconds: None,
        lanes: int = 1,
        reserve_in: Path | None = None,
    ) -> None:
        self._directory = directory
        self._reserve_in = reserve_in or directory
        self._observe = observe
        self._stamps = Stamps(directory)
        self._waiting: SimpleQueue[list[WaitingFrame] | None] = SimpleQueue()
        self._starting = threading.Lock()
        self._counting = threading.Lock()
        self._begun_bytes = 0
        self._ended_bytes = 0
        self._most_lanes = lanes
        self._lanes: list[_Lane] = []
        # Held by the lane that gathers; on a quick disk until the sync is done too.
        self._baton = threading.Lock()
        # Held by a lane that recovers from a failure; the others do not write meanwhile.
        self._gate = threading.Lock()
        # What exceeded one lane's share; comes first in the next group.
        self._left: list[WaitingFrame] = []
        # How many recently waited or were being synced at once, and how long a sync took.
        self._crowd = 0
        self._seconds = 0.0

    @property
    def waiting_bytes(self) -> int:
        """How many bytes wait for their sync; grows while the disk hangs."""
        return self._begun_bytes - self._ended_bytes

    def open(self) -> None:
        """Create a segment now: by the first delivery there may be no descriptor left. Does not
        wait long for a hanging disk."""
        self._start()
        self._lanes[0].is_open.wait(OPENING_SECONDS)

    def begin(self, waiting: list[WaitingFrame]) -> None:
        """Write frames in order, without waiting: the `done` of each is called."""
        if not self._lanes:
            self._start()
        with self._counting:
            self._begun_bytes += _size(waiting)
        self._waiting.put(waiting)

    def put(self, delivery: Delivery) -> None:
        """Write a delivery; returns once it is synced. Raises `InboxUnavailable`."""
        self.put_all([delivery])

    def put_all(self, deliveries: Iterable[Delivery]) -> None:
        """Write many, in order; returns once all are synced. Raises `InboxUnavailable` if one is
        not; others may have been."""
        self._put(FrameKind.DELIVERY, [delivery.pack() for delivery in deliveries])

    def check(self) -> None:
        """Write and sync a frame that means nothing, as a delivery would be."""
        self._put(FrameKind.CHECK, [bytes(16)])

    def close(self) -> None:
        """Commit what waits, then close the segments."""
        with self._starting:
            lanes, self._lanes = self._lanes, []
            for _ in lanes:
                self._waiting.put(None)
        for lane in lanes:
            # A hanging disk must not prevent the exit: what waits for it was not acknowledged.
            lane.thread.join(PATIENCE_SECONDS)

    def _put(self, kind: FrameKind, payloads: list[bytes]) -> None:
        outcomes = [FrameOutcome() for _ in payloads]
        pairs = zip(payloads, outcomes, strict=True)
        for packed, outcome in pairs:
            self.begin([WaitingFrame(kind, packed, outcome.note)])
        for outcome in outcomes:
            outcome.wait()

    def _start(self) -> None:
        with self._starting:
            if not self._lanes:
                self._add_lane()

    def _add_lane(self) -> None:
        lane = _Lane()
        alone = partial(self._alone, lane)
        lane.commits = Commits(self._directory, self._reserve_in, self._stamps, alone)
        lane.thread = threading.Thread(target=self._run, args=(lane,), name="inbox", daemon=True)
        self._lanes.append(lane)
        lane.thread.start()

    def _run(self, lane: "_Lane") -> None:
        commits, holds_baton, closing = lane.commits, False, False
        while not closing:
            with self._writing(lane):
                commits.prepare()
            lane.is_open.set()
            if not commits.is_open and self._another_is_open(lane):
                if holds_baton:
                    self._baton.release()
                    holds_baton = False
                time.sleep(RETRY_SECONDS)
                continue
            if not holds_baton:
                holds_baton = self._baton.acquire(timeout=_timeout(commits.seconds_to_rotation()))
            group: list[WaitingFrame] = []
            if holds_baton:
                group, closing = self._take(lane)
                holds_baton = not (closing or self._is_slow)
                if not holds_baton:
                    self._baton.release()
            if group:
                self._keep(lane, group)
            commits.rotate()
        commits.finish()

    def _another_is_open(self, lane: "_Lane") -> bool:
        """If so, a lane that lacks descriptors for a segment leaves the work to the other."""
        return any(other.commits.is_open for other in self._lanes if other is not lane)

    @contextmanager
    def _writing(self, lane: "_Lane") -> Iterator[None]:
        with self._gate:
            lane.is_writing = True
        try:
            yield
        finally:
            lane.is_writing = False

    @contextmanager
    def _alone(self, lane: "_Lane") -> Iterator[None]:
        """Runs while no other lane writes: on a failing disk each would otherwise run into the
        failures of the other's retries."""
        lane.is_writing = False
        with self._gate:
            while any(other.is_writing for other in self._lanes):
                time.sleep(_LOOK_SECONDS)
            yield

    @property
    def _is_slow(self) -> bool:
        return self._seconds >= SLOW_SECONDS

    def _take(self, lane: "_Lane") -> tuple[list[WaitingFrame], bool]:
        """Everything that waits now or soon will, and whether the inbox is closing."""
        group, self._left = self._left, []
        size, closing, until = _size(group), False, 0.0
        with suppress(Empty):
            while not closing and size < GROUP_BYTES:
                if group:
                    until = until or time.monotonic() + self._gathering_seconds
                    rest = until - time.monotonic() if len(group) < self._share else 0.0
                    waiting = self._waiting.get(rest > 0, max(rest, 0.0))
                else:
                    waiting = self._waiting.get(timeout=lane.commits.seconds_to_rotation())
                closing = waiting is None
                group += waiting or ()
                size += _size(waiting or ())
        crowd = len(group) + sum(each.in_flight for each in self._lanes)
        self._crowd = max(crowd, (self._crowd + crowd) // 2)
        if self._is_slow and not closing:
            group, self._left = group[: self._share], group[self._share :]
        lane.in_flight = len(group)
        return group, closing

    @property
    def _share(self) -> int:
        """One lane's part of the concurrent senders."""
        return -(-self._crowd // self._most_lanes)

    @property
    def _gathering_seconds(self) -> float:
        return min(self._seconds / 2, LONGEST_GATHERING_SECONDS) if self._is_slow else 0.0

    def _keep(self, lane: "_Lane", group: list[WaitingFrame]) -> None:
        error: Exception | None = None
        started = time.perf_counter()
        try:
            with self._writing(lane):
                lane.commits.keep(group)
        except Exception as raised:  # noqa: BLE001 - whatever it is, the callers must be answered
            lane.commits.complain("inbox: %d deliveries refused: %r", len(group), raised)
            error = raised
        seconds = time.perf_counter() - started
        with self._counting:
            self._ended_bytes += _size(group)
        lane.in_flight = 0
        for waiting in group:
            _report(lane, waiting, error)
        if error is None:
            self._observe(len(group), seconds)
            self._seconds = seconds
            self._add_lane_if_slow()

    def _add_lane_if_slow(self) -> None:
        with self._starting:
            if self._is_slow and 0 < len(self._lanes) < self._most_lanes:
                self._add_lane()


class _Lane:
    """A thread with a segment of its own."""

    __slots__ = ("commits", "in_flight", "is_open", "is_writing", "thread")
    commits: Commits
    thread: threading.Thread

    def __init__(self) -> None:
        self.in_flight = 0
        self.is_writing = False
        self.is_open = threading.Event()


def _report(lane: _Lane, waiting: WaitingFrame, error: Exception | None) -> None:
    try:
        waiting.done(error)
    except Exception as raised:  # noqa: BLE001 - the others still wait for this thread
        lane.commits.complain("inbox: the outcome of a delivery could not be reported: %r", raised)


def _size(group: Iterable[WaitingFrame]) -> int:
    return sum(len(waiting.packed) for waiting in group)


def _timeout(seconds: float | None) -> float:
    """As locks expect it: -1 means for ever."""
    return -1 if seconds is None else seconds
