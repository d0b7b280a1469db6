"""`/`: how are we doing? Six numbers, leads over time, where they came from, today."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from dashboards.cards import Beside, Card, Folded, Page, Part, Said
from dashboards.charts import Chart, locale_of
from dashboards.empty import empty_slice
from dashboards.figures.bars import Series, bars_by_name
from dashboards.figures.lines import lines_over_time
from dashboards.inquiry import Inquiry
from dashboards.pages.overview.today import today
from dashboards.period import unit_for
from dashboards.rates import LEAST, share
from dashboards.reading import everything
from dashboards.slice import Slice
from dashboards.tables import Cells, Column, Row, Table
from dashboards.tiles import Tile, growth, sparkline, tiles
from dashboards.units import unit_period, unit_text

TOP_SOURCES = 12

Record = dict[str, Any]
# Longer charts show only the time that has data; up to this, empty days at either end count too.
_SHOWN_WHOLE_DAYS = 92


def totals(inquiry: Inquiry) -> Sequence[Part]:
    (now,) = inquiry.ask("overview").records()
    before = _totals_before(inquiry)
    shapes = inquiry.ask("leads_over_time", unit=unit_for(inquiry.slice.period.days))
    shown = [
        _tile("leads", now, before, shapes.column("leads"), inquiry),
        _tile("unique", now, before, shapes.column("unique_leads"), inquiry),
        _tile("target", now, before, shapes.column("target_leads"), inquiry),
        _tile("unique_target", now, before, shapes.column("unique_target_leads"), inquiry),
        _tile("missed", now, before, shapes.column("missed_calls"), inquiry),
        _deliveries_tile(inquiry),
    ]
    return (tiles(shown), *_footnotes(inquiry, shown), *empty_slice(inquiry, now["leads"]))


def over_time(inquiry: Inquiry) -> Sequence[Part]:
    shown = _with_leads(inquiry)
    unit = unit_for(shown.period.days)
    rows = inquiry.ask("leads_over_time", shown, unit=unit).records()
    before = _leads_before(inquiry, unit)
    texts, formats = inquiry.visit.texts, inquiry.visit.formats
    links = [_unit_link(row["starts_on"], unit, inquiry) for row in rows]
    series = [
        Series(texts("site.total"), [row["leads"] for row in rows]),
        Series(texts("site.calls"), [row["calls"] for row in rows]),
        Series(texts("site.requests"), [row["requests"] for row in rows]),
    ]
    figure = lines_over_time([row["starts_on"] for row in rows], series, before, unit, texts, links)
    label = texts("overview.over_time_label", days=formats.days(inquiry.slice.period))
    cells = Cells(formats)
    table = Table(
        label,
        [Column(texts(f"unit.{unit}"), "text"), *(Column(one.name) for one in series)],
        [
            Row(
                [
                    cells.own(unit_text(row["starts_on"], unit, formats), link),
                    *(cells.number(row[name]) for name in ("leads", "calls", "requests")),
                ]
            )
            for row, link in zip(rows, links, strict=True)
        ],
    )
    chart = Chart("leads-over-time", label, figure, "medium", locale_of(texts, unit))
    return (chart, Folded(texts("card.as_table"), table))


def by_source(inquiry: Inquiry) -> Sequence[Part]:
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
    figure = bars_by_name(names, series, links)
    size = "small" if len(rows) <= 4 else "medium" if len(rows) <= 8 else "large"
    chart = Chart("leads-by-source", texts("overview.by_source"), figure, size, locale_of(texts))
    return (Beside(chart, _source_table(rows, names, links, inquiry)),)


def source_name(row: Record, inquiry: Inquiry) -> str:
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
)


def _with_leads(inquiry: Inquiry) -> Slice:
    """Years in which nothing was recorded yet would be no zeros; some empty days are."""
    here = inquiry.slice
    if here.period.days <= _SHOWN_WHOLE_DAYS:
        return here
    span = everything(inquiry.db, inquiry.visit)
    return here if span is None else replace(here, period=here.period.within(span))


def _footnotes(inquiry: Inquiry, shown: Sequence[Tile]) -> list[Said]:
    """What the changes are against, and why some percentages are missing."""
    texts, formats, before = inquiry.visit.texts, inquiry.visit.formats, inquiry.slice.before
    said = []
    if before is not None:
        span = everything(inquiry.db, inquiry.visit)
        text = texts("slice.compared", days=formats.days(before))
        if span is not None and before.first < span.first <= before.last:
            first = formats.day(span.first)
            text = texts("slice.compared_partly", days=formats.days(before), first=first)
        said.append(Said(text))
    hidden = texts("site.not_available")
    if any(hidden in line for tile in shown for line in (tile.change, *tile.lines)):
        said.append(Said(texts("card.few", least=LEAST)))
    return said


def _totals_before(inquiry: Inquiry) -> Record | None:
    before = inquiry.slice.before
    if before is None:
        return None
    return inquiry.ask("overview", inquiry.slice.of(before)).records()[0]


def _leads_before(inquiry: Inquiry, unit: str) -> Sequence[int]:
    """Of the units of the period compared with, in order; none where nothing is compared."""
    before = inquiry.slice.before
    if before is None:
        return ()
    leads: list[int] = inquiry.ask("leads_over_time", inquiry.slice.of(before), unit=unit).column(
        "leads"
    )
    return leads


_COUNTED = {
    "leads": ("leads", "leads"),
    "unique": ("unique_leads", "uniqueness_known"),
    "target": ("target_leads", "target_known"),
    "unique_target": ("unique_target_leads", "unique_target_known"),
    "missed": ("missed_calls", "ended_calls"),
}
"""Per tile the column of its number and of the leads whose value is known."""


def _tile(
    name: str, now: Record, before: Record | None, shape: Sequence[int], inquiry: Inquiry
) -> Tile:
    counted, known = _COUNTED[name]
    changed, why = growth(now[counted], None if before is None else before[counted], inquiry.visit)
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


def _lines(name: str, now: Record, part: int, whole: int, inquiry: Inquiry) -> list[str]:
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
        return [texts("overview.nothing_known")]
    rate = share(part, whole)
    written = texts("site.not_available") if rate is None else formats.percent(rate)
    noun = "of_calls" if name == "missed" else "of_leads"
    counted = f"{formats.number(whole)}\N{NO-BREAK SPACE}{texts.plural(noun, whole)}"
    return [texts(f"overview.{name}_of", rate=written, known=counted)]


def _tile_link(name: str, inquiry: Inquiry) -> str | None:
    if name in ("unique", "target"):
        return inquiry.leads(None, **{name: True})
    if name in ("unique_target", "missed"):
        return inquiry.leads(only=name)
    return inquiry.leads()


def _deliveries_tile(inquiry: Inquiry) -> Tile:
    texts, formats = inquiry.visit.texts, inquiry.visit.formats
    (now,) = inquiry.ask("delivery_totals").records()
    return Tile(
        "deliveries",
        texts("overview.deliveries"),
        formats.number(now["deliveries"]),
        lines=[
            texts("overview.quarantined", count=formats.number(now["quarantined"])),
            texts("overview.gaps", count=formats.number(now["suspected_gaps"])),
        ],
        href=inquiry.url("/deliveries", inquiry.slice.query),
    )


def _unit_link(starts_on: date, unit: str, inquiry: Inquiry) -> str | None:
    here = inquiry.slice
    return inquiry.leads(here.of(unit_period(starts_on, unit, here.period)))


def _source_link(row: Record, inquiry: Inquiry) -> str | None:
    return None if row["is_rest"] else inquiry.leads(source=row["source"], medium=row["medium"])


def _source_table(
    rows: Sequence[Record], names: Sequence[str], links: Sequence[str | None], inquiry: Inquiry
) -> Table:
    texts, cells = inquiry.visit.texts, Cells(inquiry.visit.formats)
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
