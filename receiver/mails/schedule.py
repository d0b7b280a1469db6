"""Sends each report when it is due, or when somebody asks for it, and never twice.

The page is made first, which may fail and is tried again; then the time is claimed, then it is
sent. A time that was missed while nothing ran is made up for within some hours.
"""

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from receiver.mails.report import LATEST, ScheduledReport
from receiver.mails.sending import NotSent
from receiver.mails.sent import Outcome, ReportSending, SentReports

log = logging.getLogger(__name__)

LOOK_SECONDS = 5.0
RETRY_SECONDS = 600.0
_LONGEST_REMARK = 300

Sender = Callable[[], str]
"""Sends what has been made. Returns who did not get it, in words, or nothing. Raises `NotSent`."""
Prepare = Callable[[ScheduledReport], Sender]
"""Makes the page; raises if it cannot."""


class ReportSchedule:
    """`reports`: those that there are, asked anew each time. `now`: the current time in the
    configured zone."""

    def __init__(
        self,
        sent: SentReports,
        reports: Callable[[], Sequence[ScheduledReport]],
        now: Callable[[], datetime],
    ) -> None:
        self._sent = sent
        self._reports = reports
        self._now = now

    def run(self, prepare: Prepare, stop: threading.Event) -> None:
        """Run until `stop` is set."""
        self._sent.give_up_begun()
        while not stop.wait(LOOK_SECONDS):
            self.send_due(prepare)

    def send_due(self, prepare: Prepare) -> None:
        """One that fails holds up no other."""
        for report in self._reports():
            for occasion in _occasions(report, self._now()):
                if self._is_open(report.key, occasion):
                    self._send(report, occasion, prepare)

    def _is_open(self, key: str, occasion: str) -> bool:
        """Whether it has not been tried yet, or failed for sure some time ago."""
        before = self._sent.of(key, occasion)
        if before is None:
            return True
        pause = timedelta(seconds=RETRY_SECONDS)
        return before.outcome == "failed" and self._now() >= before.at + pause

    def _send(self, report: ScheduledReport, occasion: str, prepare: Prepare) -> None:
        try:
            send = prepare(report)
        except Exception as error:
            # Whatever is wrong with one page must not keep the others back.
            log.exception("report %s could not be made", report.key)
            self._note(report.key, occasion, "failed", f"{error}" or type(error).__name__)
            return
        self._note(report.key, occasion, "begun")
        try:
            remark = send()
        except NotSent as error:
            outcome: Outcome = "unknown" if error.may_be_sent else "failed"
            log.error("report %s was not sent (%s): %s", report.key, outcome, error)
            self._note(report.key, occasion, outcome, f"{error}")
            return
        log.info("report %s sent to %d recipients %s", report.key, len(report.to), remark)
        self._note(report.key, occasion, "sent", remark)

    def _note(self, key: str, occasion: str, outcome: Outcome, remark: str = "") -> None:
        self._sent.note(
            ReportSending(key, occasion, self._now(), outcome, remark[:_LONGEST_REMARK])
        )


def _occasions(report: ScheduledReport, now: datetime) -> Iterator[str]:
    due = report.due(now)
    if due is not None:
        yield f"{due.date()}"
    wanted = report.wanted_at
    if wanted is not None and wanted <= now <= wanted + LATEST:
        yield wanted.isoformat()
