"""The loop: each source looks when it is its time, and what it finds is noted."""

import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from analytics.alerts.trouble import Trouble
from receiver.alerts.noting import going_on, memory_of, note_findings, open_alerts_state
from receiver.alerts.source import AlertSource, CannotLook, Findings
from receiver.alerts.telling import ChannelTeller

log = logging.getLogger(__name__)

TICK_SECONDS = 5.0
# What has been sent is noted by then.
_LAST_SECONDS = 2.0
_BLIND = timedelta(hours=1)
UNWATCHED = "unwatched"


@dataclass(slots=True)
class WatchedSource:
    """`every_seconds`: between two looks."""

    source: AlertSource
    every_seconds: float
    next_at: datetime | None = None
    blind_since: datetime | None = None
    reason: str = ""


class AlertWatch:
    """`damped`: what comes back so soon after its end is the same alert."""

    def __init__(
        self,
        state: Path,
        sources: Sequence[WatchedSource],
        damped: timedelta,
        clock: Callable[[], datetime],
    ) -> None:
        self._state, self._sources, self._damped, self._clock = state, sources, damped, clock

    def run(self, tellers: Sequence[ChannelTeller], stop: threading.Event) -> None:
        """Until `stop` is set; a channel that hangs is not waited for long."""
        noted = [threading.Event() for _ in tellers]
        threads = [
            threading.Thread(target=teller.run, args=(stop, event), daemon=True)
            for teller, event in zip(tellers, noted, strict=True)
        ]
        for thread in threads:
            thread.start()
        while not stop.is_set():
            self.look(noted)
            stop.wait(TICK_SECONDS)
        for event in noted:
            event.set()
        gives_up_at = time.monotonic() + _LAST_SECONDS
        for thread in threads:
            thread.join(max(gives_up_at - time.monotonic(), 0.0))

    def look(self, noted: Sequence[threading.Event] = ()) -> int:
        """How many alerts began or ended. `noted`: set as soon as one has, for a source may take
        its time."""
        now = self._clock()
        due = [one for one in self._sources if one.next_at is None or now >= one.next_at]
        if not due:
            return 0
        try:
            with closing(open_alerts_state(self._state)) as db:
                changes = 0
                for watched in due:
                    found = self._look(db, watched, now)
                    changes += found
                    for event in noted if found else ():
                        event.set()
                return changes + self._note_blind(db, now)
        except sqlite3.Error as error:
            log.error("alerts cannot be noted: %s", error)
            return 0

    def _look(self, db: sqlite3.Connection, watched: WatchedSource, now: datetime) -> int:
        source = watched.source
        watched.next_at = now + timedelta(seconds=watched.every_seconds)
        known = going_on(db, source.kinds)
        try:
            findings = source.look(known, memory_of(db, source.name), now)
        except CannotLook as error:
            self._note_unseen(watched, str(error), now)
            return 0
        except Exception as error:  # noqa: BLE001 - one that fails must not blind the others
            self._note_unseen(watched, type(error).__name__, now)
            return 0
        watched.blind_since, watched.reason = None, ""
        return note_findings(db, source.name, known, findings, now, self._damped)

    def _note_unseen(self, watched: WatchedSource, reason: str, now: datetime) -> None:
        if reason != watched.reason:
            log.warning("alerts: %s could not look: %s", watched.source.name, reason)
        watched.blind_since, watched.reason = watched.blind_since or now, reason

    def _note_blind(self, db: sqlite3.Connection, now: datetime) -> int:
        """Not to be able to look is itself an alert, after a while."""
        troubles = [
            Trouble(UNWATCHED, one.source.name, "", {"reason": one.reason}, one.blind_since)
            for one in self._sources
            if one.blind_since is not None and now >= one.blind_since + _BLIND
        ]
        known = going_on(db, (UNWATCHED,))
        # After a restart it is not known for an hour whether it goes on.
        told = {trouble.subject for trouble in troubles}
        blind = {one.source.name for one in self._sources if one.blind_since is not None}
        troubles += [
            Trouble(UNWATCHED, alert.subject, alert.cause, alert.figures, alert.began_at)
            for alert in known
            if alert.subject in blind - told
        ]
        return note_findings(db, UNWATCHED, known, Findings(troubles), now, self._damped)
