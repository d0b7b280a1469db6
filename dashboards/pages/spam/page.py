"""`/spam`: who sends junk, and which leads are clean?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from dashboards.access.roles import Audience
from dashboards.figures.shares import Shares, shares_over_time
from dashboards.page import column
from dashboards.page.cards import Card, Collapsible, Page, Paragraph, Part
from dashboards.page.chart_parts import BLUE, RED, TOP_SOURCES, as_table, chart_with_table
from dashboards.page.column import Columns, table_of
from dashboards.page.comparison import (
    before,
    beside,
    changes_said,
    earlier_rows,
    units_before,
)
from dashboards.page.context import CardContext
from dashboards.page.empty import empty, empty_card
from dashboards.page.over_time import LeadCount, units_of
from dashboards.page.rows import ask_row, ask_rows
from dashboards.page.tables import SHORT_LIST
from dashboards.page.tiles import tiles
from dashboards.page.truncated import cut
from dashboards.pages.spam.by_tag import by_tag
from dashboards.pages.spam.totals import JunkCounts, SpamTotals, spam_tiles
from dashboards.wording.rates import LEAST, share


@dataclass(frozen=True, slots=True)
class JunkUnit(JunkCounts):
    starts_on: date


_JUNK: LeadCount[JunkUnit] = LeadCount("spam.junk", lambda row: row.junk, {"only": "antifraud"})
_SPAM: LeadCount[JunkUnit] = LeadCount("spam.marked", lambda row: row.spam, {"spam": True})


@dataclass(frozen=True, slots=True)
class JunkSource(JunkCounts):
    source: str | None
    medium: str | None


@dataclass(frozen=True, slots=True)
class RepeatNumber:
    """`sources`: one after another. `in_all`: how many such numbers there are."""

    caller_phone: str
    leads: int
    spam: int
    first_day: date
    last_day: date
    sources: str
    in_all: int


def totals(context: CardContext) -> Sequence[Part]:
    now = ask_row(context, "spam_totals", SpamTotals)
    texts, here = context.texts, context.slice
    if not now.leads:
        return empty_card(context, "card.empty")
    earlier = before(context, "spam_totals", SpamTotals)
    said = changes_said(context, earlier.against)
    parts: list[Part] = [tiles(spam_tiles(context, now, earlier)), *said]
    if "clean" in here.chosen:
        everything = context.here(here.without("clean"))
        filtered = texts("spam.filtered")
        parts.append(Paragraph(filtered, "notice", everything, texts("spam.unfilter")))
    elif not now.junk_known:
        parts.append(Paragraph(texts("spam.not_sent"), "notice"))
    clean = context.leads(clean="yes")
    return [*parts, Paragraph(texts("spam.clean_is"), "note", clean, texts("spam.show_clean"))]


def over_time(context: CardContext) -> Sequence[Part]:
    units, texts = units_of(context), context.texts
    rows = ask_rows(context, "spam_over_time", JunkUnit, unit=units.unit)
    if not any(row.junk for row in rows):
        return empty(context, "spam.no_junk")

    def shares(count: LeadCount[JunkUnit], known: Sequence[int], colour: int) -> Shares:
        counted = [(count.value(row), whole) for row, whole in zip(rows, known, strict=True)]
        return Shares(
            texts(count.title),
            [share(*of_unit) for of_unit in counted],
            [_hover(*of_unit, context) for of_unit in counted],
            colour,
            [units.count_link(row, count, context) for row in rows],
        )

    shown = [
        shares(_JUNK, [row.junk_known for row in rows], RED),
        shares(_SPAM, [row.spam_known for row in rows], BLUE),
    ]
    earlier = units_before(context, "spam_over_time", JunkUnit, units.unit)
    starts = [row.starts_on for row in rows]
    before_them = [share(unit.row.junk, unit.row.junk_known) for unit in earlier]
    figure = shares_over_time(starts, shown, units.unit, texts, before_them)
    columns: Columns[JunkUnit] = (
        units.starts(lambda row, context: units.count_link(row, _JUNK, context)),
        *_COUNTS,
        column.number("spam.junk", lambda row: row.junk),
        column.rate("spam.junk_rate", lambda row: (row.junk, row.junk_known)),
    )
    name, label = "spam-over-time", texts("spam.over_time")
    compared = beside(rows, earlier)
    if all(value is None for line in shown for value in line.values):
        few = Paragraph(texts("card.few", least=LEAST))
        table = table_of(context, label, columns, rows, earlier=compared)
        return (few, as_table(context, table))
    return chart_with_table(
        context, name, label, figure, columns, rows, unit=units.unit, earlier=compared
    )


def by_source(context: CardContext) -> Sequence[Part]:
    rows = ask_rows(context, "spam", JunkSource)
    worst = [row for row in rows if row.junk][:TOP_SOURCES]
    if not worst:
        return empty(context, "spam.no_junk")
    label, columns = context.texts("spam.by_source"), _source_columns(worst[0].junk)
    earlier = earlier_rows(context, "spam", JunkSource, lambda row: (row.source, row.medium))
    table = table_of(context, label, columns, worst, earlier=earlier)
    if len(rows) == len(worst):
        return (table,)
    everything = table_of(context, label, columns, rows, earlier=earlier)
    return (table, Collapsible(context.texts("spam.all_sources"), everything))


def repeat_numbers(context: CardContext) -> Sequence[Part]:
    rows = ask_rows(context, "repeat_numbers", RepeatNumber, top=SHORT_LIST)
    if not rows:
        return empty(context, "spam.no_repeats")
    columns: Columns[RepeatNumber] = (
        column.phone("spam.phone", lambda row: row.caller_phone, _phone_link),
        column.number("site.leads", lambda row: row.leads, most=rows[0].leads),
        column.number("spam.marked", lambda row: row.spam),
        column.day("spam.first_day", lambda row: row.first_day),
        column.day("spam.last_day", lambda row: row.last_day),
        column.text("spam.sources", lambda row: row.sources),
    )
    table = table_of(context, context.texts("spam.repeat_numbers"), columns, rows)
    return (*cut(context, len(rows), rows[0].in_all), table)


PAGE = Page(
    "spam",
    "/spam",
    (
        Card("spam.totals", totals),
        Card("spam.over_time", over_time),
        Card("spam.by_source", by_source),
        Card("spam.by_tag", by_tag),
        Card("spam.repeat_numbers", repeat_numbers),
    ),
    audience=Audience.SITES,
)


def _hover(part: int, whole: int, context: CardContext) -> str:
    """4,6 % (23 / 497); empty where there is no such point."""
    rate, formats = share(part, whole), context.formats
    if rate is None:
        return ""
    return f"{formats.percent(rate)} ({formats.number(part)} / {formats.number(whole)})"


def _junk_link(row: JunkSource, context: CardContext) -> str | None:
    if not row.junk:
        return None
    return context.leads(source=row.source, medium=row.medium, only="antifraud")


def _phone_link(row: RepeatNumber, context: CardContext) -> str | None:
    """None for a masked one: it cannot be searched for."""
    digits = row.caller_phone
    is_number = digits.isascii() and digits.isdigit() and len(digits) <= 18
    return context.leads(search=digits) if is_number else None


_COUNTS: Columns[JunkCounts] = (
    column.number("site.leads", lambda row: row.leads),
    column.number("spam.marked", lambda row: row.spam),
    column.number("spam.antifraud", lambda row: row.antifraud),
)


def _source_columns(most: int) -> Columns[JunkSource]:
    """`most`: junk of the longest bar."""
    return (
        column.source(
            "spam.source", lambda row, context: context.leads(source=row.source, medium=row.medium)
        ),
        *_COUNTS,
        column.number("spam.junk", lambda row: row.junk, _junk_link, most=most),
        column.rate("spam.junk_rate", lambda row: (row.junk, row.junk_known), why=True),
    )
