"""Writes groups of deliveries into the open segment, and recovers when that fails.

After a failed sync the kernel may drop the written pages and report success for the next sync. So a
segment whose sync failed is never touched again: the whole group goes into a new one, and into a
third if that fails too.
"""

import errno
import logging
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from receiver.inbox import frames, reserve
from receiver.inbox.delivery import stamp
from receiver.inbox.frames import FrameKind
from receiver.inbox.rolling import LOOK_SECONDS, Request, last_request
from receiver.inbox.segment import OpenSegment, RewrittenTail, create, sync_directory
from receiver.inbox.stamps import Stamps
from receiver.inbox.waiting import WaitingFrame

log = logging.getLogger(__name__)

SEGMENT_BYTES = 64 << 20
SEGMENT_SECONDS = 3600.0
_FULL = (errno.ENOSPC, errno.EDQUOT)


class Commits:
    """Belongs to one thread, as does its segment. Retries run inside `alone`. The reserve of
    another inbox is used, and laid down again by that one."""

    def __init__(
        self,
        directory: Path,
        reserve_in: Path,
        stamps: Stamps,
        alone: Callable[[], AbstractContextManager[None]],
    ) -> None:
        self._directory = directory
        self._reserve_in = reserve_in
        self._stamps = stamps
        self._alone = alone
        self._segment: OpenSegment | None = None
        self._request: Request = None
        self._next_complaint: dict[str, float] = {}

    @property
    def is_open(self) -> bool:
        return self._segment is not None

    def keep(self, group: list[WaitingFrame]) -> None:
        """Write and sync all of it, or raise."""
        segment = self._segment or self._open()
        segment.is_empty &= all(waiting.kind == FrameKind.CHECK for waiting in group)
        try:
            with segment.in_flight():
                try:
                    segment.append(self._frames(segment, group))
                except OSError as error:
                    self._segment = None
                    with self._alone():
                        self._keep_again(group, RewrittenTail(segment.name, segment.size), error)
        finally:
            if self._segment is not segment:
                segment.close()

    def prepare(self) -> None:
        """Open a segment before it is needed, as descriptors may run out. If this fails, the first
        group tries again, and may use the reserve."""
        if self._segment is not None:
            return
        try:
            self._make_directory()
            self._segment = self._create(None)
            self._stamps.next()
            self._lay_down_reserve()
        except Exception as error:  # noqa: BLE001 - the thread must live to try again
            self.complain("inbox: a segment cannot be created yet: %s", error)

    def rotate(self) -> None:
        """Finish a segment that is large or old, or when somebody asks for it; an empty one does
        not age, and holds nothing that anybody asks for."""
        segment = self._segment
        if segment is None:
            return
        has_aged = not segment.is_empty and self._left_of(segment) == 0.0
        if segment.size >= SEGMENT_BYTES or has_aged or self._is_asked_to_roll(segment):
            self.finish()

    def _is_asked_to_roll(self, segment: OpenSegment) -> bool:
        return not segment.is_empty and last_request(self._directory) != self._request

    def finish(self) -> None:
        segment, self._segment = self._segment, None
        if segment is not None:
            segment.finish()

    def seconds_to_rotation(self) -> float | None:
        """How long the thread may wait for deliveries before it looks whether to `rotate`."""
        if self._segment is None or self._segment.is_empty:
            return None
        return min(self._left_of(self._segment), LOOK_SECONDS)

    def _left_of(self, segment: OpenSegment) -> float:
        return max(segment.opened + SEGMENT_SECONDS - time.monotonic(), 0.0)

    def complain(self, text: str, *about: object) -> None:
        """Log at most once a second: on a broken disk every group fails."""
        now = time.monotonic()
        if now >= self._next_complaint.get(text, 0.0):
            self._next_complaint[text] = now + 1.0
            log.error(text, *about)

    def _keep_again(self, group: list[WaitingFrame], cut: RewrittenTail, error: OSError) -> None:
        """Write to new segments, while readers still wait for the first one. Each names the offset
        from which its predecessor is void."""
        for last in (False, True):
            self.complain("inbox: %s failed at %d: %s", cut.segment, cut.position, error)
            if error.errno in _FULL:
                reserve.give_up(self._reserve_in)
            segment = self._open(cut)
            try:
                with segment.in_flight():
                    segment.append(self._frames(segment, group))
                return
            except OSError as again:
                self._segment = None
                segment.close()
                if last:
                    raise
                cut, error = RewrittenTail(segment.name, segment.size), again

    def _open(self, cut: RewrittenTail | None = None) -> OpenSegment:
        self._make_directory()
        try:
            segment = self._create(cut)
        except OSError as error:
            self.complain("inbox: a segment could not be created: %s; retrying once", error)
            if error.errno in _FULL:
                reserve.give_up(self._reserve_in)
            segment = self._create(cut)
        self._segment = segment
        if cut is None:
            self._lay_down_reserve()
        return segment

    def _lay_down_reserve(self) -> None:
        if self._reserve_in == self._directory:
            reserve.lay_down(self._directory)

    def _make_directory(self) -> None:
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)

    def _create(self, cut: RewrittenTail | None) -> OpenSegment:
        # A segment is only as durable as its directory, whoever created that.
        sync_directory(self._directory.parent)
        # Before there is a segment: who asks once it is there is heard.
        self._request = last_request(self._directory)
        return create(self._directory, cut)

    def _frames(self, segment: OpenSegment, group: list[WaitingFrame]) -> bytes:
        order_ns, received_ns = self._stamps.next()
        return b"".join(
            frames.encode(
                segment.marker, waiting.kind, stamp(waiting.packed, order_ns, received_ns)
            )
            for waiting in group
        )
