"""The card of the latest day against usual days of its kind, hour by hour."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from dashboards.figures.band import Line, line_over_band
from dashboards.page import column
from dashboards.page.cards import Paragraph, Part
from dashboards.page.chart_parts import chart_with_table
from dashboards.page.column import Columns
from dashboards.page.comparison import CHANGES_PATH
from dashboards.page.context import CardContext
from dashboards.page.empty import empty
from dashboards.page.rows import ask_rows
from dashboards.slice.period import Period
from dashboards.slice.slice import OWN_DAYS

_DAYS = 57
"""The day, and the eight weeks before it."""


@dataclass(frozen=True, slots=True)
class UsualHour:
    """`usual_days`: those compared with, the newest first, in ISO; None without any."""

    hour: int
    leads: int | None
    usual_p10: float
    usual_p50: float
    usual_p90: float
    usual_days: str | None

    @property
    def text(self) -> str:
        return f"{self.hour}:00\N{EN DASH}{self.hour}:59"


def today(context: CardContext) -> Sequence[Part]:
    """Today, or the last day of a period that ends before."""
    texts, formats = context.texts, context.formats
    day = min(context.slice.period.last, context.today)
    rows = ask_rows(context, "usual_day", UsualHour, context.slice.of(Period.ending(day, _DAYS)))
    usual = next((row.usual_days for row in rows if row.usual_days), None)
    if usual is None:
        return empty(context, "overview.no_usual_day")
    label = texts(
        "overview.today_label",
        day=formats.day(day),
        weekday=formats.weekday(day),
        days=", ".join(_short(date.fromisoformat(one), context) for one in usual.split(", ")),
    )
    figure = line_over_band(
        [row.text for row in rows],
        Line(formats.day(day), [row.leads for row in rows]),
        Line(texts("overview.usual_p10"), [row.usual_p10 for row in rows]),
        Line(texts("overview.usual_p50"), [row.usual_p50 for row in rows]),
        Line(texts("overview.usual_p90"), [row.usual_p90 for row in rows]),
        texts("overview.usual_band"),
        [f"{row.hour}:00" for row in rows],
        [_link(day, row, context) for row in rows],
    )
    columns: Columns[UsualHour] = (
        column.words("overview.hour", lambda row, _: row.text),
        column.number("site.leads", lambda row: row.leads, lambda row, _: _link(day, row, context)),
        column.number("overview.usual_p10", lambda row: row.usual_p10, decimals=1),
        column.number("overview.usual_p50", lambda row: row.usual_p50, decimals=1),
        column.number("overview.usual_p90", lambda row: row.usual_p90, decimals=1),
    )
    shown = chart_with_table(context, "latest-day", label, figure, columns, rows, is_sortable=False)
    return (Paragraph(label), *_so_far(day, usual, rows, context), *shown)


def _so_far(
    day: date, usual: str, rows: Sequence[UsualHour], context: CardContext
) -> Sequence[Paragraph]:
    """How many leads there are after the last hour that is over, whether that is usual, and what
    makes the difference to the latest usual day."""
    over = [(row, row.leads) for row in rows if row.leads is not None]
    if not over:
        return ()
    row, leads = over[-1]
    texts, formats = context.texts, context.formats
    said = texts(
        "overview.so_far",
        hour=f"{row.hour + 1}:00",
        leads=formats.count("leads", leads),
        usual=formats.number(row.usual_p50),
        low=formats.number(row.usual_p10),
        high=formats.number(row.usual_p90),
        verdict=texts(f"overview.{_verdict(leads, row)}"),
    )
    latest = date.fromisoformat(usual.split(", ")[0])
    about = replace(
        context.slice.of(Period(day, day)),
        compare=OWN_DAYS,
        compared_days=Period(latest, latest),
        other={},
    )
    link = texts("overview.what_changed_since", day=_short(latest, context))
    return (Paragraph(said, "notice", context.url(CHANGES_PATH, about.query), link),)


def _verdict(leads: int, row: UsualHour) -> str:
    if row.usual_p10 <= leads <= row.usual_p90:
        return "as_usual"
    return "below_usual" if leads < row.usual_p10 else "above_usual"


def _short(day: date, context: CardContext) -> str:
    """6 ноя."""
    return f"{day.day} {context.texts.forms('calendar.short_months_of_day')[day.month - 1]}"


def _link(day: date, row: UsualHour, context: CardContext) -> str | None:
    """The leads from the day's beginning to the end of the hour."""
    if not row.leads:
        return None
    here, hours = context.slice, range(row.hour + 1)
    chosen = here.chosen.get("hour")
    wanted = tuple(hour for hour in hours if chosen is None or f"{hour}" in chosen)
    return context.leads(here.of(Period(day, day)), hour=wanted)
