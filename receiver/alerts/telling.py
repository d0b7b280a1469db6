"""One channel: tells what is due, each message noted as soon as it has left. While it is down it
waits ever longer, and holds up no other."""

import logging
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from analytics.alerts.wording import AlertWriter
from receiver.alerts.due import AlertPace, Chosen, DueAlert, due_messages, note_told
from receiver.alerts.messages import AlertMessage, alert_message, summary_message, trial_message
from receiver.alerts.noting import as_text, open_alerts_state
from receiver.alerts.outlets import NotTold, Outlet

log = logging.getLogger(__name__)

RETRY_SECONDS = (60.0, 300.0, 600.0)
_LOOK_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class AlertChannel:
    """Where messages go, which, and in what language. `kind`: mail, telegram or http."""

    kind: str
    chosen: Chosen
    outlet: Outlet
    writer: AlertWriter

    @property
    def name(self) -> str:
        return self.chosen.channel


class ChannelTeller:
    """`clock`: current time in the account's zone."""

    def __init__(
        self, state: Path, channel: AlertChannel, pace: AlertPace, clock: Callable[[], datetime]
    ) -> None:
        self._state, self._channel, self._pace, self._clock = state, channel, pace, clock
        self._failures = 0
        self._not_before: datetime | None = None

    def run(self, stop: threading.Event, noted: threading.Event) -> None:
        """Until `stop` is set. `noted`: something has begun or ended."""
        while not stop.is_set():
            try:
                self.tell()
            except Exception as error:
                # Whatever it is, this channel goes on, and the alert stays due.
                log.exception("alerts by %s: %s", self._channel.name, type(error).__name__)
            noted.wait(_LOOK_SECONDS)
            noted.clear()

    def tell(self) -> int:
        """How many messages have left."""
        now = self._clock()
        if self._not_before is not None and now < self._not_before:
            return 0
        with closing(open_alerts_state(self._state)) as db:
            try:
                told = self._tell(db, now)
            except NotTold as error:
                self._wait(db, error, now)
                return 0
            if told:
                note_channel(db, self._channel.name, None, now)
                self._failures = 0
            return told

    def _tell(self, db: sqlite3.Connection, now: datetime) -> int:
        due, writer = due_messages(db, self._channel.chosen, self._pace, now), self._channel.writer
        for alert in due.alone:
            self._send(db, alert_message(alert, writer), (alert,), now)
        if due.summed_up:
            message = summary_message(due.summed_up, writer)
            self._send(db, message, tuple(due.summed_up), now)
        return len(due.alone) + bool(due.summed_up)

    def _send(
        self,
        db: sqlite3.Connection,
        message: AlertMessage,
        alerts: tuple[DueAlert, ...],
        now: datetime,
    ) -> None:
        """Of two messages the second may fail, and then the first is not sent again."""
        self._channel.outlet.tell(message, now)
        note_told(db, self._channel.name, alerts, now)

    def _wait(self, db: sqlite3.Connection, error: NotTold, now: datetime) -> None:
        pause = RETRY_SECONDS[min(self._failures, len(RETRY_SECONDS) - 1)]
        pause = max(pause, error.wait_seconds)
        self._not_before = now + timedelta(seconds=pause)
        if not self._failures:
            note_channel(db, self._channel.name, str(error), now)
        self._failures += 1
        log.warning(
            "an alert by %s was not sent, tried again in %d s: %s", self._channel.name, pause, error
        )


def note_channel(db: sqlite3.Connection, name: str, reason: str | None, now: datetime) -> None:
    """Why nothing gets out; None: it does again."""
    if reason is None:
        if db.execute("select 1 from alert_channels where channel = ?", (name,)).fetchone():
            db.execute("delete from alert_channels where channel = ?", (name,))
        return
    db.execute(
        "insert or replace into alert_channels values (?, ?, ?)", (name, as_text(now), reason)
    )


def try_channel(channel: AlertChannel, now: datetime) -> None:
    """Send a test message. Raises `NotTold`."""
    channel.outlet.tell(trial_message(channel.name, channel.writer, now), now)
