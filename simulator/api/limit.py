"""Limits requests per address in any second, or any number of seconds."""

from collections import defaultdict, deque
from threading import Lock


class SlidingLimit:
    """A sliding window; refused requests do not count."""

    def __init__(self, most: int, seconds: float = 1.0) -> None:
        self._most = most
        self._seconds = seconds
        self._admitted: defaultdict[str, deque[float]] = defaultdict(deque)
        self._lock = Lock()

    def admits(self, address: str, at: float) -> bool:
        """`at`: monotonic seconds."""
        with self._lock:
            recent = self._admitted[address]
            while recent and recent[0] <= at - self._seconds:
                recent.popleft()
            if len(recent) >= self._most:
                return False
            recent.append(at)
            return True
