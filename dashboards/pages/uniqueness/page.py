"""`/uniqueness`: who returns? Calltouch's flags, our own recount, and where the two differ."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from analytics.reports.registry import ACROSS, DEPTH
from dashboards.figures.bars import Series, bars_over_time
from dashboards.page import column
from dashboards.page.cards import Card, Page, Part
from dashboards.page.chart_parts import chart_with_table
from dashboards.page.column import Columns, Link
from dashboards.page.context import CardContext
from dashboards.page.empty import empty, empty_slice
from dashboards.page.over_time import leads_of_unit, unit_of
from dashboards.page.rows import ask_row, ask_rows
from dashboards.page.tiles import Tile, sparkline, tiles
from dashboards.pages.uniqueness.cohorts import cohorts
from dashboards.pages.uniqueness.depths import depths
from dashboards.pages.uniqueness.disagreements import DisagreementTotals, disagreements
from dashboards.pages.uniqueness.recount import recount, recounting
from dashboards.pages.uniqueness.repeats import REPEAT_AFTER, repeated, repeats
from dashboards.wording.rates import rate_text, share


@dataclass(frozen=True, slots=True)
class PeopleTotals:
    """`leads_of_nobody`: without a phone, an e-mail or another sign of who it is."""

    leads: int
    unique_leads: int
    uniqueness_known: int
    people: int
    leads_of_nobody: int


@dataclass(frozen=True, slots=True)
class UniqueUnit:
    """Of a unit of time, by its first day."""

    day: date
    leads: int
    unique_leads: int
    repeat_leads: int


def totals(context: CardContext) -> Sequence[Part]:
    now = ask_row(context, "overview", PeopleTotals)
    if not now.leads:
        return empty_slice(context, 0)
    shapes = context.ask("uniqueness", unit=unit_of(context))
    found = ask_row(
        context, "uniqueness_disagreement_totals", DisagreementTotals, **recount(context)
    )
    unique, repeat = shapes.column("unique_leads"), shapes.column("repeat_leads")
    known = now.uniqueness_known
    shown = [
        _flag_tile("unique", now.unique_leads, known, unique, context),
        _flag_tile("repeat", _repeats(context), known, repeat, context),
        _people_tile(now, context),
        _agreement_tile(found, context),
        _difference_tile("only_calltouch_unique", found.only_calltouch_unique, context),
        _difference_tile("only_ours_unique", found.only_ours_unique, context),
    ]
    return (tiles(shown), recounting(context))


def by_day(context: CardContext) -> Sequence[Part]:
    texts, unit = context.texts, unit_of(context)
    rows = ask_rows(context, "uniqueness", UniqueUnit, unit=unit)
    if not any(row.leads for row in rows):
        return empty(context)
    series = [
        Series(texts("uniqueness.unique"), [row.unique_leads for row in rows]),
        Series(texts("uniqueness.repeat"), [row.repeat_leads for row in rows]),
    ]
    to_unique, to_repeat, to_all = (
        _unit_link(unit, only) for only in ({"unique": True}, {"unique": False}, {})
    )
    links = [[link(row, context) for row in rows] for link in (to_unique, to_repeat, to_all)]
    starts, leads = [row.day for row in rows], [row.leads for row in rows]
    columns: Columns[UniqueUnit] = (
        column.unit(unit, lambda row: row.day, to_all),
        column.number("site.leads", lambda row: row.leads),
        column.number(
            "uniqueness.unique",
            lambda row: row.unique_leads,
            lambda row, context: to_unique(row, context) if row.unique_leads else None,
        ),
        column.number(
            "uniqueness.repeat",
            lambda row: row.repeat_leads,
            lambda row, context: to_repeat(row, context) if row.repeat_leads else None,
        ),
    )
    label = texts("uniqueness.by_day_label", days=context.formats.days(context.slice.period))
    figure = bars_over_time(starts, series, unit, texts, leads, links)
    return chart_with_table(
        context, "unique-over-time", label, figure, "medium", columns, rows, unit
    )


PAGE = Page(
    "uniqueness",
    "/uniqueness",
    (
        Card("uniqueness.totals", totals),
        Card("uniqueness.by_day", by_day),
        Card("uniqueness.depths", depths, "half"),
        Card("uniqueness.repeats", repeats, "half"),
        Card("uniqueness.repeated", repeated),
        Card("uniqueness.cohorts", cohorts),
        Card("uniqueness.disagreements", disagreements),
    ),
    (ACROSS, DEPTH, REPEAT_AFTER),
)


def _repeats(context: CardContext) -> int:
    """Asked like the journal that the tile leads to; none where a filter leaves none."""
    if "no" not in context.slice.chosen.get("unique", ("no",)):
        return 0
    asked = context.ask("journal_count", context.slice.narrowed(unique=False))
    leads: int = asked.column("leads")[0]
    return leads


def _flag_tile(
    name: str, leads: int, known: int, shape: Sequence[int], context: CardContext
) -> Tile:
    texts, formats = context.texts, context.formats
    rate, of_leads = rate_text(leads, known, formats), formats.count("of_leads", known)
    of_known = texts("uniqueness.of_known", rate=rate, known=of_leads)
    return Tile(
        name,
        texts(f"uniqueness.{name}_leads"),
        formats.number(leads),
        sparkline=sparkline(shape),
        lines=[of_known if known else texts("uniqueness.nothing_known")],
        href=context.leads(None, unique=name == "unique") if leads else None,
    )


def _people_tile(now: PeopleTotals, context: CardContext) -> Tile:
    texts, formats = context.texts, context.formats
    lines = [texts("uniqueness.people_of", leads=formats.count("leads", now.leads))]
    if now.leads_of_nobody:
        lines.append(texts("uniqueness.nobody", leads=formats.number(now.leads_of_nobody)))
    return Tile("people", texts("uniqueness.people"), formats.number(now.people), lines=lines)


def _agreement_tile(found: DisagreementTotals, context: CardContext) -> Tile:
    texts, formats = context.texts, context.formats
    is_enough = share(1, found.leads) is not None
    shown = formats.percent(found.agreeing_share) if is_enough else texts("site.not_available")
    compared = texts("uniqueness.compared", leads=formats.count("leads", found.leads))
    return Tile("agreement", texts("uniqueness.agreement"), shown, lines=[compared])


def _difference_tile(name: str, leads: int, context: CardContext) -> Tile:
    title, why = context.texts(f"uniqueness.{name}"), context.texts(f"uniqueness.{name}_why")
    href = "#disagreements" if leads else None
    return Tile(name, title, context.formats.number(leads), lines=[why], href=href)


def _unit_link(unit: str, only: dict[str, bool]) -> Link[UniqueUnit]:
    return lambda row, context: leads_of_unit(context, row.day, unit, context.slice, **only)
