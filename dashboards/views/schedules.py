"""Pages that are sent by mail or Telegram on a schedule that somebody made in the browser, kept in
`state.sqlite`. `calltouch report --scheduled` sends them."""

from dataclasses import dataclass
from datetime import datetime, time
from sqlite3 import Connection
from typing import Literal

from dashboards.access.state import NotDone, written

SendBy = Literal["mail", "telegram"]
MOST_RECIPIENTS = 20
_MOST = 200
_SEPARATOR = "\n"


@dataclass(frozen=True, slots=True)
class PageSchedule:
    """`days`: weekdays, Monday is 0; with `month_day` that day of the month instead. `since`: times
    before it do not count: when it was made or switched on. `wanted_at`: when somebody asked to
    send it now."""

    schedule_id: int
    maker: str
    name: str
    page: str
    query: str
    channel: SendBy
    to: tuple[str, ...]
    at: time
    days: tuple[int, ...]
    month_day: int | None
    language: str
    since: datetime
    is_on: bool = True
    wanted_at: datetime | None = None

    @property
    def key(self) -> str:
        """No mail of the settings is called so."""
        return f"#{self.schedule_id}"


def add_schedule(db: Connection, schedule: PageSchedule) -> int:
    """Its id. Raises `NotDone` where there are too many. Call it in a transaction."""
    ((others,),) = db.execute("select count(*) from report_schedules").fetchall()
    if others >= _MOST:
        raise NotDone(f"there are {_MOST} schedules; delete some first")
    ((schedule_id,),) = db.execute(
        "insert into report_schedules (maker, name, page, query, channel, recipients, at, days, "
        "month_day, language, since) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
        "returning schedule_id",
        [
            schedule.maker,
            schedule.name,
            schedule.page,
            schedule.query,
            schedule.channel,
            _SEPARATOR.join(schedule.to),
            f"{schedule.at:%H:%M}",
            ",".join(map(str, schedule.days)),
            schedule.month_day,
            schedule.language,
            written(schedule.since),
        ],
    ).fetchall()
    return int(schedule_id)


def list_schedules(db: Connection, maker: str | None = None) -> list[PageSchedule]:
    """Newest first. None: of everybody."""
    rows = db.execute(
        "select schedule_id, maker, name, page, query, channel, recipients, at, days, month_day, "
        "language, since, is_on, wanted_at from report_schedules "
        "where ? is null or maker = ? order by schedule_id desc",
        [maker, maker],
    ).fetchall()
    return [_schedule(*row) for row in rows]


def switch_schedule(db: Connection, now: datetime, schedule_id: int, *, is_on: bool) -> None:
    """What was missed while it was off is not made up for."""
    db.execute(
        "update report_schedules set is_on = ?, since = ? where schedule_id = ?",
        [is_on, written(now), schedule_id],
    )


def send_now(db: Connection, now: datetime, schedule_id: int) -> None:
    """Asks for it: whatever sends reports does so within seconds."""
    db.execute(
        "update report_schedules set wanted_at = ? where schedule_id = ?",
        [written(now), schedule_id],
    )


def delete_schedule(db: Connection, schedule_id: int) -> None:
    db.execute("delete from report_schedules where schedule_id = ?", [schedule_id])


def _schedule(
    schedule_id: int,
    maker: str,
    name: str,
    page: str,
    query: str,
    channel: SendBy,
    recipients: str,
    at: str,
    days: str,
    month_day: int | None,
    language: str,
    since: str,
    is_on: int,
    wanted_at: str | None,
) -> PageSchedule:
    return PageSchedule(
        schedule_id,
        maker,
        name,
        page,
        query,
        channel,
        tuple(recipients.split(_SEPARATOR)),
        time.fromisoformat(at),
        tuple(int(day) for day in days.split(",") if day),
        month_day,
        language,
        datetime.fromisoformat(since),
        bool(is_on),
        None if wanted_at is None else datetime.fromisoformat(wanted_at),
    )
