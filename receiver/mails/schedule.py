"""When which mail is due, and that each is sent once a day at most.

What was sent is remembered in `state.sqlite`, so a restart sends nothing twice, and a mail whose
time passed while nothing ran is sent when something runs again on the same day.
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
"""Sends the mail of this name; raises when it could not."""


class MailSchedule:
    """`now` gives the time in the configured zone."""

    def __init__(
        self, state: Path, mails: dict[str, MailSettings], now: Callable[[], datetime]
    ) -> None:
        self._state = state
        self._mails = mails
        self._now = now
        self._not_before: dict[str, float] = {}

    def run(self, send: Send, stop: threading.Event) -> None:
        """Until told to stop."""
        while not stop.wait(LOOK_SECONDS):
            self.send_due(send)

    def send_due(self, send: Send) -> None:
        """Send what is due. One that fails is tried again later the same day."""
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
            # One mail that cannot be made or sent must not keep the others from being sent.
            log.exception("mail %s was not sent; tried again in %d min", name, RETRY_SECONDS // 60)
            self._not_before[name] = now.timestamp() + RETRY_SECONDS
            return
        with closing(open_state(self._state, _TABLES)) as db:
            db.execute("insert or ignore into mails_sent values (?, ?)", [name, f"{now.date()}"])
        log.info("mail %s was sent to %d", name, len(mail.to))
