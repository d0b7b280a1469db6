"""Schedules as `/views` lists them: those of the page and those of the settings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from dashboards.access.gate import current_gate
from dashboards.access.roles import Reader
from dashboards.views.desk import LastSending, ReportDesk
from dashboards.views.schedules import PageSchedule, list_schedules
from dashboards.views.words import page_title, query_words
from dashboards.web.reader_request import ReaderContext


@dataclass(frozen=True, slots=True)
class ScheduleRow:
    """`key`: its name in the settings, where it stands there. `schedule`: None for such.
    `is_waiting`: somebody asked to send it, and nothing has come of that yet."""

    key: str
    page: str
    about: str
    when: str
    to: str
    next_at: datetime | None
    last: LastSending | None
    schedule: PageSchedule | None = None
    is_waiting: bool = False


def schedule_rows(
    desk: ReportDesk, reader: Reader, reader_context: ReaderContext
) -> Sequence[ScheduleRow]:
    """Of everybody for admins, and those of the settings."""
    with current_gate().access.reading() as db:
        schedules = list_schedules(db, None if reader.is_admin else reader.name)
    last = desk.last()
    own = [_row(one, desk, last, reader_context) for one in schedules]
    return [*own, *(_configured(desk, last, reader_context) if reader.is_admin else ())]


def _row(
    schedule: PageSchedule,
    desk: ReportDesk,
    last: Mapping[str, LastSending],
    reader_context: ReaderContext,
) -> ScheduleRow:
    texts, sent = reader_context.texts, last.get(schedule.key)
    wanted = schedule.wanted_at
    return ScheduleRow(
        schedule.key,
        page_title(schedule.page, texts),
        query_words(schedule.query, texts),
        when_words(schedule, reader_context),
        ", ".join(schedule.to),
        desk.next_at(schedule),
        sent,
        schedule,
        is_waiting=wanted is not None and (sent is None or sent.at < wanted),
    )


def _configured(
    desk: ReportDesk, last: Mapping[str, LastSending], reader_context: ReaderContext
) -> Sequence[ScheduleRow]:
    texts, formats = reader_context.texts, reader_context.formats
    return [
        ScheduleRow(
            one.key,
            page_title(one.page, texts),
            query_words(one.query, texts),
            texts("schedule.in_settings"),
            formats.count("recipients", one.recipients),
            one.next_at,
            last.get(one.key),
        )
        for one in desk.configured()
    ]


def when_words(schedule: PageSchedule, reader_context: ReaderContext) -> str:
    texts, at = reader_context.texts, f"{schedule.at:%H:%M}"
    if schedule.month_day is not None:
        return texts("schedule.monthly", day=schedule.month_day, at=at)
    if len(schedule.days) == 7:
        return texts("schedule.daily", at=at)
    names = texts.forms("calendar.short_weekdays")
    return texts("schedule.weekly", days=", ".join(names[day] for day in schedule.days), at=at)
