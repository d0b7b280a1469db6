"""What became of each report at each of its times, in `state.sqlite`.

A time is claimed before the first byte goes out, and the claim outlives the process: what broke off
in between may have arrived and is never sent again.
"""

from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from sqlite3 import Connection
from typing import Literal

from analytics.state_file import open_state

Outcome = Literal["begun", "sent", "failed", "unknown"]

_TABLES = """
create table if not exists report_sendings (
    key text not null,
    occasion text not null,
    at text not null,
    outcome text not null,
    remark text not null,
    primary key (key, occasion)
);
create table if not exists mails_sent (
    name text not null,
    day text not null,
    primary key (name, day)
);
"""
# What versions up to 0.2 noted: a row for each day.
_ADOPT = """
insert or ignore into report_sendings (key, occasion, at, outcome, remark)
select name, day, day || 'T00:00:00+00:00', 'sent', '' from mails_sent
"""
_BROKE_OFF = "the process ended while it was being sent; it may have arrived and is not repeated"


@dataclass(frozen=True, slots=True)
class ReportSending:
    """`occasion`: the day that it was to be sent for, or the moment at which somebody asked for it.
    `remark`: what went wrong, or who did not get it. Without addresses."""

    key: str
    occasion: str
    at: datetime
    outcome: Outcome
    remark: str = ""


class SentReports:
    """`state`: of `state.sqlite`; opened anew each time, since it is asked seldom."""

    def __init__(self, state: Path) -> None:
        self._state = state

    def of(self, key: str, occasion: str) -> ReportSending | None:
        with closing(self._open()) as db:
            row = db.execute(
                "select * from report_sendings where key = ? and occasion = ?", [key, occasion]
            ).fetchone()
        return None if row is None else _sending(*row)

    def last(self) -> dict[str, ReportSending]:
        """The latest of each report."""
        with closing(self._open()) as db:
            rows = db.execute("select * from report_sendings order by at").fetchall()
        return {row[0]: _sending(*row) for row in rows}

    def note(self, sending: ReportSending) -> None:
        """On disk when it returns."""
        at = sending.at.astimezone(UTC).isoformat(timespec="microseconds")
        with closing(self._open()) as db:
            db.execute(
                "insert or replace into report_sendings values (?, ?, ?, ?, ?)",
                [sending.key, sending.occasion, at, sending.outcome, sending.remark],
            )

    def give_up_begun(self) -> None:
        """Those that a process which is gone had begun; only one process sends at a time."""
        with closing(self._open()) as db:
            db.execute(
                "update report_sendings set outcome = 'unknown', remark = ? "
                "where outcome = 'begun'",
                [_BROKE_OFF],
            )

    def _open(self) -> Connection:
        db = open_state(self._state, _TABLES)
        if db.execute("select 1 from mails_sent limit 1").fetchone():
            db.execute("begin immediate")
            db.execute(_ADOPT)
            db.execute("delete from mails_sent")
            db.execute("commit")
        return db


def _sending(key: str, occasion: str, at: str, outcome: Outcome, remark: str) -> ReportSending:
    return ReportSending(key, occasion, datetime.fromisoformat(at), outcome, remark)
