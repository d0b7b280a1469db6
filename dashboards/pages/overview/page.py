"""`/`: how are we doing? Six numbers, leads over time, where they came from, today."""

from collections.abc import Sequence
from typing import Any

from dashboards.figures.bars import Series, bars_by_name
from dashboards.figures.lines import lines_over_time
from dashboards.page.cards import Card, Collapsible, Page, Paragraph, Part, SideBySide
from dashboards.page.charts import Chart, locale_of
from dashboards.page.comparison import ComparedPeriod, before, changes_said, growth, leads_before
from dashboards.page.context import CardContext
from dashboards.page.empty import empty_slice
from dashboards.page.tables import CellMaker, Column, Row, Table
from dashboards.page.tiles import Tile, sparkline, tiles
from dashboards.pages.overview.today import today
from dashboards.slice.period import unit_for
from dashboards.slice.slice import Slice
from dashboards.wording.rates import LEAST, share
from dashboards.wording.units import unit_period, unit_text

TOP_SOURCES = 12

Record = dict[str, Any]
_COUNTS = ("leads", "calls", "requests")
_LEAD_TYPES: tuple[dict[str, Any], ...] = ({"lead_type": "call"}, {"lead_type": "request"})
# Longer charts show only the time that has data; up to this, empty days at either end count too.
_SHOWN_WHOLE_DAYS = 92


def totals(context: CardContext) -> Sequence[Part]:
    (now,) = context.ask("overview").records()
    against = before(context, "overview")
    shapes = context.ask("leads_over_time", unit=unit_for(context.slice.period.days))
    shown = [
        _tile("leads", now, against, shapes.column("leads"), context),
        _tile("unique", now, against, shapes.column("unique_leads"), context),
        _tile("target", now, against, shapes.column("target_leads"), context),
        _tile("unique_target", now, against, shapes.column("unique_target_leads"), context),
        _tile("missed", now, against, shapes.column("missed_calls"), context),
        _deliveries_tile(context),
    ]
    notes = (*changes_said(context, against), *_few_said(context, shown, against))
    return (tiles(shown), *notes, *empty_slice(context, now["leads"]))


def over_time(context: CardContext) -> Sequence[Part]:
    shown = _with_leads(context)
    unit = unit_for(shown.period.days)
    rows = context.ask("leads_over_time", shown, unit=unit).records()
    dotted = leads_before(context, _compared(shown, context), unit)
    texts, formats = context.texts, context.formats
    days = [context.slice.of(unit_period(row["starts_on"], unit, shown.period)) for row in rows]
    links = [[context.leads(one, **only) for one in days] for only in ({}, *_LEAD_TYPES)]
    links.append([context.leads(context.slice.of(one)) for one, _ in dotted])
    series = [
        Series(texts("site.total"), [row["leads"] for row in rows]),
        Series(texts("site.calls"), [row["calls"] for row in rows]),
        Series(texts("site.requests"), [row["requests"] for row in rows]),
    ]
    leads = [leads for _, leads in dotted]
    starts = [row["starts_on"] for row in rows]
    figure = lines_over_time(starts, series, leads, unit, texts, links)
    label = texts("overview.over_time_label", days=formats.days(context.slice.period))
    cells = CellMaker(formats)
    table = Table(
        label,
        [Column(texts(f"unit.{unit}"), "text"), *(Column(one.name) for one in series)],
        [
            Row(
                [
                    cells.own(unit_text(row["starts_on"], unit, formats)),
                    *(
                        cells.number(row[name], of_series[index] if row[name] else None)
                        for name, of_series in zip(_COUNTS, links[:3], strict=True)
                    ),
                ]
            )
            for index, row in enumerate(rows)
        ],
    )
    chart = Chart("leads-over-time", label, figure, "medium", locale_of(texts, unit))
    return (chart, Collapsible(texts("card.as_table"), table))


def by_source(context: CardContext) -> Sequence[Part]:
    rows = context.ask("sources", top=TOP_SOURCES).records()
    if not rows:
        return empty_slice(context, 0)
    texts = context.texts
    names = [source_name(row, context) for row in rows]
    links = [_source_link(row, context) for row in rows]
    series = [
        Series(texts("site.calls"), [row["calls"] for row in rows]),
        Series(texts("site.requests"), [row["requests"] for row in rows]),
    ]
    of_type = [[_source_link(row, context, **only) for row in rows] for only in _LEAD_TYPES]
    figure = bars_by_name(names, series, of_type)
    size = "small" if len(rows) <= 4 else "medium" if len(rows) <= 8 else "large"
    chart = Chart("leads-by-source", texts("overview.by_source"), figure, size, locale_of(texts))
    return (SideBySide(chart, _source_table(rows, names, links, context)),)


def source_name(row: Record, context: CardContext) -> str:
    """yandex / cpc. A stranger's text: whoever shows it escapes it."""
    texts = context.texts
    if row["is_rest"]:
        return texts("site.rest", count=context.formats.number(row["sources"]))
    source = (
        texts("site.not_given") if row["source"] is None else row["source"] or texts("site.empty")
    )
    return f"{source} / {row['medium']}" if row["medium"] else source


PAGE = Page(
    "overview",
    "/",
    (
        Card("overview.totals", totals),
        Card("overview.over_time", over_time),
        Card("overview.by_source", by_source),
        Card("overview.today", today),
    ),
    compares=True,
)


def _with_leads(context: CardContext) -> Slice:
    """Years in which nothing was recorded yet would be no zeros; some empty days are."""
    here = context.slice
    if here.period.days <= _SHOWN_WHOLE_DAYS:
        return here
    span = context.everything()
    return here if span is None else here.within(span)


def _compared(shown: Slice, context: CardContext) -> Slice:
    """Whose period before the chart is to show: its first day belongs under the chart's."""
    here = context.slice
    return here if shown.period.first == here.period.first else shown


def _few_said(
    context: CardContext, shown: Sequence[Tile], against: ComparedPeriod
) -> list[Paragraph]:
    """Why some percentages are missing."""
    texts = context.texts
    hidden = texts("site.not_available")
    lines = [line for tile in shown for line in tile.lines]
    changes = [tile.change for tile in shown if against.row is not None]
    if any(hidden in line for line in (*lines, *changes)):
        return [Paragraph(texts("card.few", least=LEAST))]
    return []


_COUNTED = {
    "leads": ("leads", "leads"),
    "unique": ("unique_leads", "uniqueness_known"),
    "target": ("target_leads", "target_known"),
    "unique_target": ("unique_target_leads", "unique_target_known"),
    "missed": ("missed_calls", "ended_calls"),
}
"""Per tile the column of its number and of the leads whose value is known."""


def _tile(
    name: str, now: Record, against: ComparedPeriod, shape: Sequence[int], context: CardContext
) -> Tile:
    counted, known = _COUNTED[name]
    changed, why = growth(now, counted, against, context.reader_context)
    return Tile(
        name,
        context.texts(f"overview.{name}"),
        context.formats.number(now[counted]),
        changed,
        why,
        sparkline(shape),
        _lines(name, now, now[counted], now[known], context),
        _tile_link(name, context),
    )


def _lines(name: str, now: Record, part: int, whole: int, context: CardContext) -> list[str]:
    texts, formats = context.texts, context.formats
    if name == "leads":
        lines = [
            f"{formats.count('calls', now['calls'])}, {formats.count('requests', now['requests'])}"
        ]
        if now["unfinished_calls"]:
            lines.append(
                texts("overview.unfinished", calls=formats.number(now["unfinished_calls"]))
            )
        return lines
    if not whole:
        return _nothing_known(name, now, context)
    rate = share(part, whole)
    written = texts("site.not_available") if rate is None else formats.percent(rate)
    noun = "of_calls" if name == "missed" else "of_leads"
    counted = f"{formats.number(whole)}\N{NO-BREAK SPACE}{texts.plural(noun, whole)}"
    return [texts(f"overview.{name}_of", rate=written, known=counted)]


def _nothing_known(name: str, now: Record, context: CardContext) -> list[str]:
    if name == "missed":
        text = "overview.no_ended_calls" if now["calls"] else "overview.no_calls"
        return [context.texts(text)]
    return [context.texts("overview.nothing_known")] if now["leads"] else []


def _tile_link(name: str, context: CardContext) -> str | None:
    if name in ("unique", "target"):
        return context.leads(None, **{name: True})
    if name in ("unique_target", "missed"):
        return context.leads(only=name)
    return context.leads()


def _deliveries_tile(context: CardContext) -> Tile:
    texts, formats = context.texts, context.formats
    (now,) = context.ask("delivery_totals").records()
    return Tile(
        "deliveries",
        texts("overview.deliveries"),
        formats.number(now["deliveries"]),
        lines=[
            texts("overview.all_deliveries"),
            texts("overview.quarantined", count=formats.number(now["quarantined"])),
            texts("overview.gaps", count=formats.number(now["suspected_gaps"])),
        ],
        href=context.url("/deliveries", context.slice.query),
    )


def _source_link(row: Record, context: CardContext, **only: Any) -> str | None:
    if row["is_rest"]:
        return None
    return context.leads(source=row["source"], medium=row["medium"], **only)


def _source_table(
    rows: Sequence[Record], names: Sequence[str], links: Sequence[str | None], context: CardContext
) -> Table:
    texts, cells = context.texts, CellMaker(context.formats)
    return Table(
        texts("overview.by_source"),
        [
            Column(texts("overview.source"), "text"),
            Column(texts("site.leads")),
            Column(texts("overview.unique_short")),
            Column(texts("overview.target_short")),
            Column(texts("overview.target_rate"), why=texts("overview.target_rate_why")),
        ],
        [
            Row(
                [
                    cells.text(name, link),
                    cells.number(row["leads"]),
                    cells.number(row["unique_leads"]),
                    cells.number(row["target_leads"]),
                    cells.rate(row["target_leads"], row["target_known"]),
                ],
                row["is_rest"],
            )
            for row, name, link in zip(rows, names, links, strict=True)
        ],
    )
