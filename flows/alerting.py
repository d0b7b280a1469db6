"""Looks for what people have to be told of, and tells them."""

import logging
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from email.message import EmailMessage

from flows import alerts
from flows.alert_mails import AlertMailer
from flows.alerts import AlertGroup, AlertRules, DueAlerts, moment_of
from flows.book import FlowBook
from flows.store import operations
from flows.store.pruning import used_bytes
from flows.store.writer import StoreWriter
from receiver.mails.sending import NotSent

log = logging.getLogger(__name__)

RETRY_SECONDS = 600.0

SendMail = Callable[[EmailMessage], None]
"""Raises `NotSent`."""


class AlertWatch:
    """`closed_hosts`: hosts that are left alone now. `most_bytes`: of the history. `clock`: Unix
    seconds. `is_backup_old`: of the whole installation; who is told of flows is told of it, too."""

    def __init__(
        self,
        store: StoreWriter,
        mailer: AlertMailer,
        send: SendMail,
        rules: AlertRules,
        closed_hosts: Callable[[float], dict[str, float]],
        most_bytes: int,
        clock: Callable[[], float],
        is_backup_old: Callable[[], bool] = lambda: False,
    ) -> None:
        self._is_backup_old = is_backup_old
        self._store, self._mailer, self._send, self._rules = store, mailer, send, rules
        self._closed_hosts, self._most_bytes, self._clock = closed_hosts, most_bytes, clock
        self._book = FlowBook()
        self._not_before = 0.0

    def look(self) -> int:
        """How many mails were sent. Where the mail server refuses one, the rest waits a while."""
        now = self._clock()
        due = self._store.write(lambda db: self._due(db, now))
        if now < self._not_before:
            return 0
        try:
            return self._tell(due, now)
        except NotSent as error:
            log.warning("an alert was not sent, tried again in 10 min: %s", error)
            self._not_before = now + RETRY_SECONDS
            return 0

    def _due(self, db: sqlite3.Connection, now: float) -> DueAlerts:
        alerts.note_failures(db, self._book)
        moment = moment_of(now)
        is_stuck = alerts.oldest_waiting_seconds(db, now) > alerts.STUCK_SECONDS
        is_full = used_bytes(db) > alerts.NEARLY_FULL * self._most_bytes
        alerts.note_condition(db, alerts.HOST_CLOSED, self._closed_hosts(now), moment)
        alerts.note_condition(db, alerts.STUCK, {"": 0.0} if is_stuck else {}, moment)
        alerts.note_condition(db, alerts.HISTORY_FULL, {"": 0.0} if is_full else {}, moment)
        is_old = self._is_backup_old()
        alerts.note_condition(db, alerts.BACKUP_OLD, {"": 0.0} if is_old else {}, moment)
        return alerts.due_alerts(db, now, self._rules)

    def _tell(self, due: DueAlerts, now: float) -> int:
        moment, sent = datetime.fromtimestamp(now, UTC), 0
        for group in due.failing:
            self._send(self._mailer.failing(group, self._state(group), moment))
            self._note(now, group, alerts.note_told)
            sent += 1
        for group in due.mended:
            self._send(self._mailer.mended(group, moment))
            self._note(now, group, lambda db, group, now: alerts.forget(db, group))
            sent += 1
        if due.held_back and self._is_summary_due(now):
            self._send(self._mailer.summary(due.held_back, moment))
            self._store.write(lambda db: alerts.note_mail(db, now, is_summary=True))
            sent += 1
        return sent

    def _note(
        self,
        now: float,
        group: AlertGroup,
        change: Callable[[sqlite3.Connection, AlertGroup, float], None],
    ) -> None:
        """At once: of two mails one may fail, and the other is not sent again."""

        def note(db: sqlite3.Connection) -> None:
            change(db, group, now)
            alerts.note_mail(db, now)

        self._store.write(note)

    def _is_summary_due(self, now: float) -> bool:
        with closing(self._store.reader()) as db:
            return alerts.is_summary_due(db, now)

    def _state(self, group: AlertGroup) -> str:
        if not group.operations:
            return ""
        with closing(self._store.reader()) as db:
            found = operations.operation(db, group.operations[0])
        return found.state if found else ""
