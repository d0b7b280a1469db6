"""`/calendar`: which days are working days, and when does the account work?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from flask import g

from analytics.calendar.definition import (
    COUNTRIES,
    WEEKDAYS,
    InvalidCalendar,
    WorkCalendar,
    read_calendar,
)
from analytics.reports.parameter import ReportParameter
from dashboards.access.roles import Audience
from dashboards.page import column
from dashboards.page.cards import Card, Collapsible, Page, Paragraph, Part, TemplatePart
from dashboards.page.column import Columns, table_of
from dashboards.page.context import CardContext
from dashboards.page.empty import empty
from dashboards.page.rows import ask_rows
from dashboards.pages.calendar.desk import CalendarFile, calendar_desk
from dashboards.pages.calendar.form import CalendarForm
from dashboards.slice.period import Period
from dashboards.wording.texts import Texts

TOLD = ReportParameter("told", None, choices=("saved",), is_place=True)
_AS_USUAL = ("working", "day_off")


@dataclass(frozen=True, slots=True)
class CalendarRow:
    """A day of the calendar in force."""

    day: date
    is_working: bool
    kind: str
    name_ru: str | None
    name_en: str | None
    swapped_with: date | None
    works_from: datetime | None
    works_until: datetime | None
    is_official: bool

    @property
    def hours(self) -> float | None:
        if self.works_from is None or self.works_until is None:
            return None
        return (self.works_until - self.works_from).total_seconds() / 3600


@dataclass(frozen=True, slots=True)
class MonthRow:
    """`hours`: None where those of a working day are not set."""

    month: date
    working: int
    off: int
    hours: float | None


@dataclass(frozen=True, slots=True)
class RefusedForm:
    """A form that could not be saved, and why."""

    form: CalendarForm
    problem: str


def own(context: CardContext) -> Sequence[Part]:
    """The account's hours and days: a form for admins, else a list."""
    desk, texts = calendar_desk(), context.texts
    if desk is None:
        return ()
    file, refused = desk.file(), g.get("refused_calendar")
    calendar, fault = _read(file, texts)
    form = refused.form if refused else CalendarForm.of(calendar, texts)
    values = {
        "form": form,
        "file": file,
        "weekdays": list(zip(WEEKDAYS, texts.forms("calendar.weekdays"), form.hours, strict=True)),
        "countries": COUNTRIES,
        "problem": refused.problem if refused else "",
        "fault": fault,
        "told": context.options[TOLD.name],
        "is_admin": context.reader.is_admin and context.origin == "",
    }
    return (TemplatePart("parts/calendar_form.html", values),)


def exceptions(context: CardContext) -> Sequence[Part]:
    """Days that are not as their weekday is, of this year and the next."""
    rows, parts = _rows(context), list[Part]()
    for year, of_year in groupby(rows, lambda row: row.day.year):
        days = list(of_year)
        label = context.texts("work_calendar.exceptions_of", year=year)
        if not all(row.is_official for row in days):
            parts.append(
                Paragraph(context.texts("work_calendar.not_official", year=year), "notice")
            )
        shown = [row for row in days if row.kind not in _AS_USUAL]
        table = table_of(context, label, _DAY_COLUMNS, shown, is_sortable=False)
        parts.append(Collapsible(label, table) if parts else table)
    return parts or empty(context, "work_calendar.not_yet")


def months(context: CardContext) -> Sequence[Part]:
    rows = [
        _month(month, list(days))
        for month, days in groupby(_rows(context), lambda row: row.day.replace(day=1))
    ]
    if not rows:
        return empty(context, "work_calendar.not_yet")
    label = context.texts("work_calendar.months")
    return (table_of(context, label, _MONTH_COLUMNS, rows, is_sortable=False),)


def _rows(context: CardContext) -> Sequence[CalendarRow]:
    year = context.today.year
    years = context.slice.of(Period(date(year, 1, 1), date(year + 1, 12, 31)))
    return ask_rows(context, "calendar_days", CalendarRow, years)


def _read(file: CalendarFile, texts: Texts) -> tuple[WorkCalendar, str]:
    """What the file says, and what is wrong with it."""
    if file.text is None:
        return WorkCalendar(), ""
    try:
        return read_calendar(file.text), ""
    except InvalidCalendar as error:
        return WorkCalendar(), texts(error.fault, place=error.place, value=error.value)


def _month(month: date, days: Sequence[CalendarRow]) -> MonthRow:
    working = [row for row in days if row.is_working]
    hours = [row.hours for row in working if row.hours is not None]
    known = sum(hours) if len(hours) == len(working) else None
    return MonthRow(month, len(working), len(days) - len(working), known)


def _day(row: CalendarRow, context: CardContext) -> str:
    """31 декабря 2026, чт."""
    weekday = context.texts.forms("calendar.short_weekdays")[row.day.weekday()]
    return f"{context.formats.day(row.day)},\N{NO-BREAK SPACE}{weekday}"


def _why(row: CalendarRow, context: CardContext) -> str:
    texts, formats = context.texts, context.formats
    if row.kind == "own":
        return texts("work_calendar.own_working" if row.is_working else "work_calendar.own_off")
    if row.swapped_with is not None:
        key = "work_calendar.moved_working" if row.is_working else "work_calendar.moved_off"
        return texts(key, day=formats.day(row.swapped_with))
    name = (row.name_ru if texts.language == "ru" else row.name_en) or ""
    return texts("work_calendar.observed", name=name) if row.kind == "moved" else name


def _hours(row: CalendarRow, context: CardContext) -> str:
    if not row.is_working:
        return context.texts("work_calendar.off")
    if row.works_from is None or row.works_until is None:
        return context.texts("work_calendar.working")
    ends = "24:00" if row.works_until.date() > row.day else f"{row.works_until:%H:%M}"
    return f"{row.works_from:%H:%M}\N{EN DASH}{ends}"


_DAY_COLUMNS: Columns[CalendarRow] = (
    column.words("work_calendar.day", _day),
    column.words("work_calendar.why", _why),
    column.words("work_calendar.hours", _hours),
)
_MONTH_COLUMNS: Columns[MonthRow] = (
    column.words("unit.month", lambda row, context: context.formats.month(row.month)),
    column.number("work_calendar.working_days", lambda row: row.working),
    column.number("work_calendar.days_off", lambda row: row.off),
    column.number("work_calendar.working_hours", lambda row: row.hours),
)
PAGE = Page(
    "work_calendar",
    "/calendar",
    (
        Card("work_calendar.exceptions", exceptions, "half"),
        Card("work_calendar.months", months, "half"),
        Card("work_calendar.own", own),
    ),
    (TOLD,),
    sliced="no",
    needs_deliveries=False,
    audience=Audience.SITES,
)
