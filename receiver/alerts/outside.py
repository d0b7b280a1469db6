"""A source that looks in a process of its own, which ends when it has looked: what opens the
published file takes memory, and an I/O error in DuckDB may abort it."""

import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from analytics.alerts.trouble import AlertRecord, Trouble, as_figures
from receiver.alerts.source import CannotLook, Findings

_MOST_SECONDS = 180.0
_POLL_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class OutsideLook:
    """`command`: prints a JSON list of troubles. `stop`: when it is set, nobody waits any more."""

    name: str
    kinds: frozenset[str]
    command: tuple[str, ...]
    stop: threading.Event

    def look(self, known: Sequence[AlertRecord], memory: str, now: datetime) -> Findings:
        try:
            troubles = [_trouble(values) for values in orjson.loads(self._printed())]
        except (orjson.JSONDecodeError, KeyError, TypeError, ValueError) as error:
            raise CannotLook(f"it prints something else: {type(error).__name__}") from error
        # What is already known began when it began.
        began = {alert.key: alert.began_at for alert in known}
        for trouble in troubles:
            if trouble.kind not in self.kinds:
                raise CannotLook(f"it tells of {trouble.kind}")
        return Findings([_since(trouble, began) for trouble in troubles])

    def _printed(self) -> bytes:
        try:
            process = subprocess.Popen(self.command, stdout=subprocess.PIPE)
        except OSError as error:
            raise CannotLook(error.strerror or type(error).__name__) from error
        with process:
            gives_up_at = time.monotonic() + _MOST_SECONDS
            reading = _Reading(process)
            while reading.is_alive() and not self.stop.is_set():
                reading.join(_POLL_SECONDS)
                if time.monotonic() > gives_up_at:
                    break
            if reading.is_alive():
                process.kill()
                reading.join()
                raise CannotLook("it takes too long")
        if process.returncode:
            raise CannotLook(f"exit code {process.returncode}")
        return reading.printed


class _Reading(threading.Thread):
    """Of all that a process prints."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        super().__init__(daemon=True)
        self._process = process
        self.printed = b""
        self.start()

    def run(self) -> None:
        assert self._process.stdout is not None
        self.printed = self._process.stdout.read()


def as_values(trouble: Trouble) -> dict[str, object]:
    """What such a process prints of a trouble."""
    return {
        "kind": trouble.kind,
        "subject": trouble.subject,
        "cause": trouble.cause,
        "figures": dict(trouble.figures),
        "since": trouble.since.isoformat(),
        "count": trouble.count,
    }


def _trouble(values: Mapping[str, Any]) -> Trouble:
    return Trouble(
        str(values["kind"]),
        str(values["subject"]),
        str(values["cause"]),
        as_figures(values["figures"]),
        datetime.fromisoformat(values["since"]),
        int(values["count"]),
    )


def _since(trouble: Trouble, began: Mapping[tuple[str, str], datetime]) -> Trouble:
    since = began.get(trouble.key, trouble.since)
    return Trouble(*trouble.key, trouble.cause, trouble.figures, since, trouble.count)
