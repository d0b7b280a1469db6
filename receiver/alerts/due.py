"""Who is to be told what now: once when it begins, again after pauses while it grows, and once when
it is over. At most so many messages an hour, of which the last sums up the rest."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Literal

from analytics.alerts.kinds import is_chosen, kind_of
from analytics.alerts.trouble import AlertRecord
from receiver.alerts.noting import as_text, record

Stage = Literal["began", "again", "ended"]
HOUR_SECONDS = 3_600.0

_NOT_TOLD = """
select
    alerts.*,
    tellings.told_at as last_told_at,
    tellings.told_count,
    tellings.times,
    tellings.is_over
from alerts
left join alert_tellings as tellings
    on tellings.alert_id = alerts.alert_id and tellings.channel = :channel
where alerts.ended_at is null or tellings.is_over = 0
order by alerts.alert_id
"""
_NOTE_TOLD = """
insert into alert_tellings (alert_id, channel, told_at, told_count, times, is_over)
values (:alert_id, :channel, :now, :count, :is_wrong, not :is_wrong)
on conflict (alert_id, channel) do update set
    told_at = excluded.told_at,
    told_count = excluded.told_count,
    times = times + :is_wrong,
    is_over = excluded.is_over
"""


@dataclass(frozen=True, slots=True)
class AlertPace:
    """`pauses` in seconds; the last one repeats."""

    pauses: tuple[int, ...]
    most_per_hour: int


@dataclass(frozen=True, slots=True)
class QuietHours:
    """By the clock of the account's zone; may go past midnight."""

    begins: time
    ends: time

    def holds(self, at: time) -> bool:
        if self.begins <= self.ends:
            return self.begins <= at < self.ends
        return at >= self.begins or at < self.ends


def quiet_hours(written: str) -> QuietHours | None:
    """As 22:00-08:00; None of what is empty, or no hours."""
    first, _, last = written.partition("-")
    try:
        return QuietHours(time.fromisoformat(first), time.fromisoformat(last))
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a channel is told. `kinds`: names of kinds and areas; none: all."""

    channel: str
    kinds: tuple[str, ...] = ()
    quiet: QuietHours | None = None


@dataclass(frozen=True, slots=True)
class DueAlert:
    alert: AlertRecord
    stage: Stage
    times: int

    @property
    def is_urgent(self) -> bool:
        return kind_of(self.alert.kind).is_urgent


@dataclass(frozen=True, slots=True)
class DueMessages:
    """`alone`: a message each. `summed_up`: one for all of them."""

    alone: Sequence[DueAlert] = ()
    summed_up: Sequence[DueAlert] = ()


def due_messages(
    db: sqlite3.Connection, chosen: Chosen, pace: AlertPace, now: datetime
) -> DueMessages:
    """`now`: in the account's zone."""
    due = _due(db, chosen, pace, now)
    room = max(pace.most_per_hour - _sent_within_an_hour(db, chosen.channel, now), 0)
    if len(due) <= room:
        return DueMessages(due)
    return DueMessages(due[: room - 1], due[room - 1 :]) if room else DueMessages()


def note_told(
    db: sqlite3.Connection, channel: str, alerts: Sequence[DueAlert], now: datetime
) -> None:
    """One message was sent: of one alert, or of several that it sums up; of none for a test."""
    seconds = now.timestamp()
    db.execute("begin immediate")
    for due in alerts:
        is_wrong = int(due.stage != "ended")
        values = {"alert_id": due.alert.alert_id, "count": due.alert.count, "is_wrong": is_wrong}
        db.execute(_NOTE_TOLD, {**values, "channel": channel, "now": seconds})
        db.execute(
            "update alerts set told_at = ?, times_told = times_told + 1 where alert_id = ?",
            (as_text(now.astimezone(UTC)), due.alert.alert_id),
        )
    db.execute("delete from alert_messages where sent_at < ?", (seconds - 2 * HOUR_SECONDS,))
    db.execute("insert into alert_messages values (?, ?)", (channel, seconds))
    db.execute("commit")


def _due(db: sqlite3.Connection, chosen: Chosen, pace: AlertPace, now: datetime) -> list[DueAlert]:
    """The urgent ones first, then what is wrong, then what is over."""
    is_quiet = chosen.quiet is not None and chosen.quiet.holds(now.time())
    due = []
    for row in db.execute(_NOT_TOLD, {"channel": chosen.channel}).fetchall():
        stage = _stage(row, pace, now.timestamp())
        if stage is None or not is_chosen(row["kind"], chosen.kinds):
            continue
        found = DueAlert(record(row), stage, (row["times"] or 0) + (stage != "ended"))
        own = quiet_hours(str(found.alert.figures.get("quiet", "")))
        is_kept = is_quiet or (own is not None and own.holds(now.time()))
        if found.is_urgent or not is_kept:
            due.append(found)
    return sorted(due, key=lambda found: (not found.is_urgent, found.stage == "ended"))


def _stage(row: sqlite3.Row, pace: AlertPace, now: float) -> Stage | None:
    """None: nothing is due."""
    told_at, times = row["last_told_at"], row["times"]
    if row["ended_at"] is not None:
        return "ended"
    if told_at is None:
        return "began"
    pause = pace.pauses[min(times, len(pace.pauses)) - 1]
    if row["is_over"]:
        # It came back soon after its end: what flickers is told ever more seldom, but never less
        # than at the second pause.
        return "began" if now >= told_at + min(pause, max(pace.pauses[:2])) else None
    has_grown = row["count"] > row["told_count"] or kind_of(row["kind"]).reminds
    return "again" if has_grown and now >= told_at + pause else None


def _sent_within_an_hour(db: sqlite3.Connection, channel: str, now: datetime) -> int:
    row = db.execute(
        "select count(*) from alert_messages where channel = ? and sent_at > ?",
        (channel, now.timestamp() - HOUR_SECONDS),
    ).fetchone()
    return int(row[0])
