"""Time stamps of deliveries: one order for everything a process writes."""

import threading
import time
from pathlib import Path

from receiver.inbox.watermark import Watermark


class Stamps:
    def __init__(self, directory: Path) -> None:
        self._watermark = Watermark(directory)
        self._stamping = threading.Lock()
        self._order_ns = 0

    def next(self) -> tuple[int, int]:
        """(order, receipt) for a group. The caller's segment must be in flight, so that digest
        waits for it."""
        with self._stamping:
            received_ns = time.time_ns()
            self._order_ns = max(received_ns, self._order_ns, self._watermark.read() + 1)
            return self._order_ns, received_ns
