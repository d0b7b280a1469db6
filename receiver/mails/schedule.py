"""Sends each mail when it is due, at most once a day.

Sent mails are recorded in `state.sqlite`: a restart sends nothing twice, and a mail missed while
nothing was running is sent later the same day.
"""

import logging
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

from analytics.state_file import open_state
from receiver.settings.settings import MailSettings

log = logging.getLogger(__name__)

LOOK_SECONDS = 20.0
RETRY_SECONDS = 600.0
_TABLES = """
create table if not exists mails_sent (
    name text not null,
    day text not null,
    primary key (name, day)
);
"""

Send = Callable[[str, MailSettings], None]
"""Sends the mail of this name; raises if it cannot."""


class MailSchedule:
    """`now`: current time in the configured time zone."""

    def __init__(
        self, state: Path, mails: dict[str, MailSettings], now: Callable[[], datetime]
    ) -> None:
        self._state = state
        self._mails = mails
        self._now = now
        self._not_before: dict[str, float] = {}

    def run(self, send: Send, stop: threading.Event) -> None:
        """Run until `stop` is set."""
        while not stop.wait(LOOK_SECONDS):
            self.send_due(send)

    def send_due(self, send: Send) -> None:
        """Send the mails that are due. Failed ones are retried later the same day."""
        now = self._now()
        for name, mail in self._mails.items():
            if self._is_due(name, mail, now):
                self._try(name, mail, now, send)

    def _is_due(self, name: str, mail: MailSettings, now: datetime) -> bool:
        if now.weekday() not in mail.days or now.time() < mail.at:
            return False
        if now.timestamp() < self._not_before.get(name, 0.0):
            return False
        with closing(open_state(self._state, _TABLES)) as db:
            query = "select 1 from mails_sent where name = ? and day = ?"
            return db.execute(query, [name, f"{now.date()}"]).fetchone() is None

    def _try(self, name: str, mail: MailSettings, now: datetime, send: Send) -> None:
        try:
            send(name, mail)
        except Exception:
            # One failing mail must not block the others.
            log.exception("mail %s was not sent; retrying in %d min", name, RETRY_SECONDS // 60)
            self._not_before[name] = now.timestamp() + RETRY_SECONDS
            return
        with closing(open_state(self._state, _TABLES)) as db:
            db.execute("insert or ignore into mails_sent values (?, ?)", [name, f"{now.date()}"])
        log.info("mail %s sent to %d recipients", name, len(mail.to))
