"""Clients that send numbered deliveries without a pause, and which numbers were kept."""

import http.client
import re
import threading
import time
from collections import Counter
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

from receiver.data_dir import DataDir
from receiver.digest.archive.archive import Archive
from receiver.inbox.reader import InboxEntry, InboxReader

_NUMBER = re.compile(rb"(?:^|&)id=([0-9]+)")
_REST = "&leadtype=call&sendingTimestamp={}&siteId=42&comment=" + "%D1%82" * 160
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Load:
    """Clients in threads. `numbers` may be shared, so that several loads never send one twice.

    `acknowledged`: numbers answered 200, with the monotonic time of the answer. `answers`: how
    often each status came, and each kind of error instead of one. `seconds`: how long each took.
    """

    def __init__(
        self,
        address: str,
        clients: int = 8,
        keep_alive: bool = True,
        numbers: "count[int] | None" = None,
    ) -> None:
        self._host = urlsplit(address).netloc
        self._keep_alive = keep_alive
        self._numbers = numbers or count(1)
        self._stopping = threading.Event()
        self._noting = threading.Lock()
        self.sent: set[int] = set()
        self.acknowledged: dict[int, float] = {}
        self.answers: Counter[str] = Counter()
        self.seconds: list[float] = []
        self._threads = [threading.Thread(target=self._run, daemon=True) for _ in range(clients)]

    def __enter__(self) -> "Load":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    def stop(self) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join(60)

    @property
    def not_answered_200(self) -> int:
        return sum(self.answers.values()) - self.answers["200"]

    @property
    def slowest(self) -> float:
        return max(self.seconds, default=0.0)

    def percentile(self, hundredths: int) -> float:
        """How many seconds that many of a hundred requests took at most."""
        return sorted(self.seconds)[(len(self.seconds) - 1) * hundredths // 100]

    def _run(self) -> None:
        connection = self._connect()
        while not self._stopping.is_set():
            with self._noting:
                number = next(self._numbers)
                self.sent.add(number)
            started = time.monotonic()
            try:
                answer = self._send(connection, number)
            except (OSError, http.client.HTTPException) as error:
                answer = type(error).__name__
                connection.close()
                self._stopping.wait(0.02)
            self._note(number, answer, started)
        connection.close()

    def _connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection(self._host, timeout=30)

    def _send(self, connection: http.client.HTTPConnection, number: int) -> str:
        headers = _FORM if self._keep_alive else {**_FORM, "Connection": "close"}
        body = f"id={number}" + _REST.format(1700000000 + number)
        connection.request("POST", "/webhook", body, headers)
        response = connection.getresponse()
        response.read()
        return str(response.status)

    def _note(self, number: int, answer: str, started: float) -> None:
        now = time.monotonic()
        with self._noting:
            self.answers[answer] += 1
            self.seconds.append(now - started)
            if answer == "200":
                self.acknowledged[number] = now


def kept(data_dir: Path) -> set[int]:
    """The numbers that inbox and archive hold, whoever writes or does not write them now."""
    place = DataDir(data_dir)
    reader = InboxReader(place.inbox)
    # The inbox first: what is archived in between is then found twice rather than never.
    entries = [item for item in reader.look().entries({}) if isinstance(item, InboxEntry)]
    reader.close()
    entries += [numbered.entry for numbered in Archive(place.archive).read()]
    found = (_NUMBER.search(entry.received.delivery.body) for entry in entries)
    return {int(match[1]) for match in found if match}
