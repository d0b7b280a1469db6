"""The cards of how long it takes a client to come back, and of the leads behind a span of that."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from analytics.reports.parameter import ReportParameter
from dashboards.figures.histogram import histogram
from dashboards.page.cards import Collapsible, Paragraph, Part
from dashboards.page.charts import Chart, locale_of
from dashboards.page.context import CardContext
from dashboards.page.tables import CellMaker, Column, Row, Table
from dashboards.page.truncated import cut
from dashboards.pages.uniqueness.disagreements import SHOWN, lead_cell
from dashboards.wording.rates import LEAST

Record = dict[str, Any]
_HOUR, _DAY = 3600, 86_400
_STARTS = (
    "0",
    "1",
    "3",
    "12",
    "24",
    "48",
    "96",
    "168",
    "336",
    "720",
    "1440",
    "2160",
    "4320",
    "8760",
)
REPEAT_AFTER = ReportParameter("repeat_after", "", choices=_STARTS)
"""The hours at which the span begins whose leads are listed; empty: none are."""


def repeats(context: CardContext) -> Sequence[Part]:
    texts = context.texts
    rows = context.ask("repeat_times", across=context.options["across"]).records()
    if not any(row["leads"] for row in rows):
        return (Paragraph(texts("uniqueness.no_repeats"), "empty"),)
    edges = ["", *(_edge(row["from_seconds"], context) for row in rows[1:]), ""]
    hovers = [_span_hover(row, rows, context) for row in rows]
    counts = [row["leads"] for row in rows]
    links = [_span_link(row, context) for row in rows]
    figure = histogram(edges, counts, hovers, texts("uniqueness.repeat"), links)
    label = texts("uniqueness.repeats")
    chart = Chart("time-to-repeat", label, figure, "medium", locale_of(texts))
    return (chart, Collapsible(texts("card.as_table"), _span_table(label, rows, context)))


def repeated(context: CardContext) -> Sequence[Part]:
    """Nothing until a span is chosen."""
    chosen, across = context.options["repeat_after"], context.options["across"]
    if not chosen:
        return ()
    texts, starts = context.texts, int(chosen) * _HOUR
    (span,) = [
        row
        for row in context.ask("repeat_times", across=across).records()
        if row["from_seconds"] == starts
    ]
    ends = {} if span["to_seconds"] is None else {"at_most": span["to_seconds"]}
    asked = {"across": across, "longer_than": starts, **ends}
    answer = context.ask("repeat_leads", **asked, top=SHOWN)
    rows = answer.records()
    label = texts("uniqueness.repeated_after", span=_span(span, context))
    if not rows:
        return (Paragraph(label), Paragraph(texts("card.empty"), "empty"))
    is_part = cut(context, answer, len(rows), span["leads"])
    return (Paragraph(label), *is_part, _lead_table(label, rows, context))


def _lead_table(label: str, rows: Sequence[Record], context: CardContext) -> Table:
    texts, cells = context.texts, CellMaker(context.formats)
    columns = [
        Column(texts("uniqueness.lead"), "text"),
        Column(texts("uniqueness.when"), "text"),
        Column(texts("uniqueness.phone"), "text"),
        Column(texts("uniqueness.previous"), "text"),
        Column(texts("uniqueness.previous_when"), "text"),
        Column(texts("uniqueness.time_to_repeat")),
    ]
    shown = [
        Row(
            [
                lead_cell(row["lead_type"], row["lead_id"], context),
                cells.moment(row["happened_local"]),
                cells.text(row["caller_phone"]),
                lead_cell(row["previous_lead_type"], row["previous_lead_id"], context),
                cells.moment(row["previous_at"]),
                cells.seconds(row["seconds"]),
            ]
        )
        for row in rows
    ]
    return Table(label, columns, shown)


def _span_link(row: Record, context: CardContext) -> str | None:
    """This page with the leads of the span."""
    if not row["leads"]:
        return None
    options = {**context.options, "repeat_after": row["from_seconds"] // _HOUR}
    link = context.url("/uniqueness", f"{context.slice.query}&{urlencode(options)}")
    return link and f"{link}#repeated"


def _edge(seconds: int, context: CardContext) -> str:
    """3 h, 14 d."""
    unit, size = ("hours", _HOUR) if seconds < _DAY else ("days", _DAY)
    return context.texts(f"uniqueness.{unit}", number=seconds // size)


def _span(row: Record, context: CardContext) -> str:
    texts = context.texts
    last = None if row["to_seconds"] is None else _edge(row["to_seconds"], context)
    if last is None:
        return texts("uniqueness.longer", first=_edge(row["from_seconds"], context))
    if not row["from_seconds"]:
        return texts("uniqueness.no_longer", last=last)
    return texts("uniqueness.span", first=_edge(row["from_seconds"], context), last=last)


def _span_hover(row: Record, rows: Sequence[Record], context: CardContext) -> str:
    formats = context.formats
    leads = formats.count("leads", row["leads"])
    is_enough = sum(one["leads"] for one in rows) >= LEAST
    share = f" ({formats.percent(row['share'])})" if is_enough else ""
    return f"{_span(row, context)}: {leads}{share}"


def _span_table(label: str, rows: Sequence[Record], context: CardContext) -> Table:
    texts, cells = context.texts, CellMaker(context.formats)
    columns = [
        Column(texts("uniqueness.time_to_repeat"), "text"),
        Column(texts("site.leads")),
        Column(texts("uniqueness.repeats_share")),
    ]
    whole = sum(row["leads"] for row in rows)
    shown = [
        Row(
            [
                cells.own(_span(row, context), _span_link(row, context)),
                cells.number(row["leads"]),
                cells.rate(row["leads"], whole),
            ]
        )
        for row in rows
    ]
    return Table(label, columns, shown, is_sortable=False)
