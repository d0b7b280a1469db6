"""`/`: how are we doing? Six numbers, leads over time, where they came from, today."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from dashboards.figures.bars import Series, bars_by_name
from dashboards.figures.lines import lines_over_time
from dashboards.page.cards import Card, Collapsible, Page, Paragraph, Part, SideBySide
from dashboards.page.charts import Chart, locale_of
from dashboards.page.comparison import ComparedPeriod, before, changes_said, growth, leads_before
from dashboards.page.empty import empty_slice
from dashboards.page.from_url import everything
from dashboards.page.inquiry import CardContext
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


def totals(inquiry: CardContext) -> Sequence[Part]:
    (now,) = inquiry.ask("overview").records()
    against = before(inquiry, "overview")
    shapes = inquiry.ask("leads_over_time", unit=unit_for(inquiry.slice.period.days))
    shown = [
        _tile("leads", now, against, shapes.column("leads"), inquiry),
        _tile("unique", now, against, shapes.column("unique_leads"), inquiry),
        _tile("target", now, against, shapes.column("target_leads"), inquiry),
        _tile("unique_target", now, against, shapes.column("unique_target_leads"), inquiry),
        _tile("missed", now, against, shapes.column("missed_calls"), inquiry),
        _deliveries_tile(inquiry),
    ]
    notes = (*changes_said(inquiry, against), *_few_said(inquiry, shown, against))
    return (tiles(shown), *notes, *empty_slice(inquiry, now["leads"]))


def over_time(inquiry: CardContext) -> Sequence[Part]:
    shown = _with_leads(inquiry)
    unit = unit_for(shown.period.days)
    rows = inquiry.ask("leads_over_time", shown, unit=unit).records()
    dotted = leads_before(inquiry, _compared(shown, inquiry), unit)
    texts, formats = inquiry.visit.texts, inquiry.visit.formats
    days = [inquiry.slice.of(unit_period(row["starts_on"], unit, shown.period)) for row in rows]
    links = [[inquiry.leads(one, **only) for one in days] for only in ({}, *_LEAD_TYPES)]
    links.append([inquiry.leads(inquiry.slice.of(one)) for one, _ in dotted])
    series = [
        Series(texts("site.total"), [row["leads"] for row in rows]),
        Series(texts("site.calls"), [row["calls"] for row in rows]),
        Series(texts("site.requests"), [row["requests"] for row in rows]),
    ]
    leads = [leads for _, leads in dotted]
    starts = [row["starts_on"] for row in rows]
    figure = lines_over_time(starts, series, leads, unit, texts, links)
    label = texts("overview.over_time_label", days=formats.days(inquiry.slice.period))
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


def by_source(inquiry: CardContext) -> Sequence[Part]:
    rows = inquiry.ask("sources", top=TOP_SOURCES).records()
    if not rows:
        return empty_slice(inquiry, 0)
    texts = inquiry.visit.texts
    names = [source_name(row, inquiry) for row in rows]
    links = [_source_link(row, inquiry) for row in rows]
    series = [
        Series(texts("site.calls"), [row["calls"] for row in rows]),
        Series(texts("site.requests"), [row["requests"] for row in rows]),
    ]
    of_type = [[_source_link(row, inquiry, **only) for row in rows] for only in _LEAD_TYPES]
    figure = bars_by_name(names, series, of_type)
    size = "small" if len(rows) <= 4 else "medium" if len(rows) <= 8 else "large"
    chart = Chart("leads-by-source", texts("overview.by_source"), figure, size, locale_of(texts))
    return (SideBySide(chart, _source_table(rows, names, links, inquiry)),)


def source_name(row: Record, inquiry: CardContext) -> str:
    """yandex / cpc. A stranger's text: whoever shows it escapes it."""
    texts = inquiry.visit.texts
    if row["is_rest"]:
        return texts("site.rest", count=inquiry.visit.formats.number(row["sources"]))
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


def _with_leads(inquiry: CardContext) -> Slice:
    """Years in which nothing was recorded yet would be no zeros; some empty days are."""
    here = inquiry.slice
    if here.period.days <= _SHOWN_WHOLE_DAYS:
        return here
    span = everything(inquiry.db, inquiry.visit)
    return here if span is None else replace(here, period=here.period.within(span))


def _compared(shown: Slice, inquiry: CardContext) -> Slice:
    """Whose period before the chart is to show: its first day belongs under the chart's."""
    here = inquiry.slice
    return here if shown.period.first == here.period.first else shown


def _few_said(
    inquiry: CardContext, shown: Sequence[Tile], against: ComparedPeriod
) -> list[Paragraph]:
    """Why some percentages are missing."""
    texts = inquiry.visit.texts
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
    name: str, now: Record, against: ComparedPeriod, shape: Sequence[int], inquiry: CardContext
) -> Tile:
    counted, known = _COUNTED[name]
    changed, why = growth(now, counted, against, inquiry.visit)
    return Tile(
        name,
        inquiry.visit.texts(f"overview.{name}"),
        inquiry.visit.formats.number(now[counted]),
        changed,
        why,
        sparkline(shape),
        _lines(name, now, now[counted], now[known], inquiry),
        _tile_link(name, inquiry),
    )


def _lines(name: str, now: Record, part: int, whole: int, inquiry: CardContext) -> list[str]:
    texts, formats = inquiry.visit.texts, inquiry.visit.formats
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
        return _nothing_known(name, now, inquiry)
    rate = share(part, whole)
    written = texts("site.not_available") if rate is None else formats.percent(rate)
    noun = "of_calls" if name == "missed" else "of_leads"
    counted = f"{formats.number(whole)}\N{NO-BREAK SPACE}{texts.plural(noun, whole)}"
    return [texts(f"overview.{name}_of", rate=written, known=counted)]


def _nothing_known(name: str, now: Record, inquiry: CardContext) -> list[str]:
    if name == "missed":
        text = "overview.no_ended_calls" if now["calls"] else "overview.no_calls"
        return [inquiry.visit.texts(text)]
    return [inquiry.visit.texts("overview.nothing_known")] if now["leads"] else []


def _tile_link(name: str, inquiry: CardContext) -> str | None:
    if name in ("unique", "target"):
        return inquiry.leads(None, **{name: True})
    if name in ("unique_target", "missed"):
        return inquiry.leads(only=name)
    return inquiry.leads()


def _deliveries_tile(inquiry: CardContext) -> Tile:
    texts, formats = inquiry.visit.texts, inquiry.visit.formats
    (now,) = inquiry.ask("delivery_totals").records()
    return Tile(
        "deliveries",
        texts("overview.deliveries"),
        formats.number(now["deliveries"]),
        lines=[
            texts("overview.all_deliveries"),
            texts("overview.quarantined", count=formats.number(now["quarantined"])),
            texts("overview.gaps", count=formats.number(now["suspected_gaps"])),
        ],
        href=inquiry.url("/deliveries", inquiry.slice.query),
    )


def _source_link(row: Record, inquiry: CardContext, **only: Any) -> str | None:
    if row["is_rest"]:
        return None
    return inquiry.leads(source=row["source"], medium=row["medium"], **only)


def _source_table(
    rows: Sequence[Record], names: Sequence[str], links: Sequence[str | None], inquiry: CardContext
) -> Table:
    texts, cells = inquiry.visit.texts, CellMaker(inquiry.visit.formats)
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
