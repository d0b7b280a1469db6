"""`/uniqueness`: who returns? Calltouch's flags, our own recount, and where the two differ."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from analytics.reports.parameters import ACROSS, DEPTH
from dashboards.figures.bars import Series, bars_over_time
from dashboards.page.cards import Card, Collapsible, Page, Paragraph, Part
from dashboards.page.charts import Chart, locale_of
from dashboards.page.context import CardContext
from dashboards.page.empty import empty_slice
from dashboards.page.tables import CellMaker, Column, Row, Table
from dashboards.page.tiles import Tile, sparkline, tiles
from dashboards.pages.uniqueness.cohorts import cohorts
from dashboards.pages.uniqueness.disagreements import disagreements
from dashboards.pages.uniqueness.recount import depths, recount, recounting
from dashboards.pages.uniqueness.repeats import REPEAT_AFTER, repeated, repeats
from dashboards.slice.period import unit_for
from dashboards.wording.rates import share
from dashboards.wording.units import unit_period, unit_text

Record = dict[str, Any]


def totals(context: CardContext) -> Sequence[Part]:
    (now,) = context.ask("overview").records()
    if not now["leads"]:
        return empty_slice(context, 0)
    shapes = context.ask("uniqueness", unit=unit_for(context.slice.period.days))
    (found,) = context.ask("uniqueness_disagreement_totals", **recount(context)).records()
    known = now["uniqueness_known"]
    shown = [
        _flag_tile("unique", now["unique_leads"], known, shapes.column("unique_leads"), context),
        _flag_tile("repeat", _repeats(context), known, shapes.column("repeat_leads"), context),
        _people_tile(now, context),
        _agreement_tile(found, context),
        _difference_tile("only_calltouch_unique", found, context),
        _difference_tile("only_ours_unique", found, context),
    ]
    return (tiles(shown), recounting(context))


def by_day(context: CardContext) -> Sequence[Part]:
    here, texts, formats = context.slice, context.texts, context.formats
    unit = unit_for(here.period.days)
    rows = context.ask("uniqueness", unit=unit).records()
    if not any(row["leads"] for row in rows):
        return (Paragraph(texts("card.empty"), "empty"),)
    label = texts("uniqueness.by_day_label", days=formats.days(here.period))
    links = [[_unit_link(row["day"], unit, flag, context) for row in rows] for flag in _FLAGS]
    series = [
        Series(texts("uniqueness.unique"), [row["unique_leads"] for row in rows]),
        Series(texts("uniqueness.repeat"), [row["repeat_leads"] for row in rows]),
    ]
    starts, leads = [row["day"] for row in rows], [row["leads"] for row in rows]
    figure = bars_over_time(starts, series, unit, texts, leads, links)
    chart = Chart("unique-over-time", label, figure, "medium", locale_of(texts, unit))
    return (
        chart,
        Collapsible(texts("card.as_table"), _unit_table(label, rows, links, unit, context)),
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

_FLAGS: tuple[dict[str, object], ...] = ({"unique": True}, {"unique": False}, {})
"""What unique, repeat and all leads are narrowed to."""


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
    rate = share(leads, known)
    of_known = texts(
        "uniqueness.of_known",
        rate=texts("site.not_available") if rate is None else formats.percent(rate),
        known=f"{formats.number(known)}\N{NO-BREAK SPACE}{texts.plural('of_leads', known)}",
    )
    return Tile(
        name,
        texts(f"uniqueness.{name}_leads"),
        formats.number(leads),
        sparkline=sparkline(shape),
        lines=[of_known if known else texts("uniqueness.nothing_known")],
        href=context.leads(None, unique=name == "unique") if leads else None,
    )


def _people_tile(now: Record, context: CardContext) -> Tile:
    texts, formats = context.texts, context.formats
    lines = [texts("uniqueness.people_of", leads=formats.count("leads", now["leads"]))]
    if now["leads_of_nobody"]:
        lines.append(texts("uniqueness.nobody", leads=formats.number(now["leads_of_nobody"])))
    return Tile("people", texts("uniqueness.people"), formats.number(now["people"]), lines=lines)


def _agreement_tile(found: Record, context: CardContext) -> Tile:
    texts, formats = context.texts, context.formats
    is_enough = share(1, found["leads"]) is not None
    shown = formats.percent(found["agreeing_share"]) if is_enough else texts("site.not_available")
    compared = texts("uniqueness.compared", leads=formats.count("leads", found["leads"]))
    return Tile("agreement", texts("uniqueness.agreement"), shown, lines=[compared])


def _difference_tile(name: str, found: Record, context: CardContext) -> Tile:
    texts = context.texts
    return Tile(
        name,
        texts(f"uniqueness.{name}"),
        context.formats.number(found[name]),
        lines=[texts(f"uniqueness.{name}_why")],
        href="#disagreements" if found[name] else None,
    )


def _unit_link(
    starts_on: date, unit: str, flag: dict[str, object], context: CardContext
) -> str | None:
    here = context.slice
    return context.leads(here.of(unit_period(starts_on, unit, here.period)), **flag)


def _unit_table(
    label: str,
    rows: Sequence[Record],
    links: Sequence[Sequence[str | None]],
    unit: str,
    context: CardContext,
) -> Table:
    texts, cells = context.texts, CellMaker(context.formats)
    columns = [
        Column(texts(f"unit.{unit}"), "text"),
        Column(texts("site.leads")),
        Column(texts("uniqueness.unique")),
        Column(texts("uniqueness.repeat")),
    ]
    shown = [
        Row(
            [
                cells.own(unit_text(row["day"], unit, context.formats), to_all),
                cells.number(row["leads"]),
                cells.number(row["unique_leads"], to_unique if row["unique_leads"] else None),
                cells.number(row["repeat_leads"], to_repeat if row["repeat_leads"] else None),
            ]
        )
        for row, to_unique, to_repeat, to_all in zip(rows, *links, strict=True)
    ]
    return Table(label, columns, shown)
