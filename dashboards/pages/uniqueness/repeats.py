"""The cards of how long it takes a client to come back, and of the leads behind a span of that."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from analytics.reports.parameter import ReportParameter
from dashboards.figures.histogram import histogram
from dashboards.page import column
from dashboards.page.cards import Paragraph, Part
from dashboards.page.chart_parts import chart_with_table
from dashboards.page.column import Columns, EarlierRows, table_of
from dashboards.page.comparison import against
from dashboards.page.context import CardContext
from dashboards.page.empty import empty
from dashboards.page.rows import ask_rows
from dashboards.page.tables import LIST
from dashboards.page.truncated import cut
from dashboards.pages.uniqueness.disagreements import PREVIOUS_COLUMNS, RepeatLead
from dashboards.slice.slice import Slice
from dashboards.wording.rates import LEAST

_HOUR, _DAY = 3600, 86_400
_STARTS = (0, 1, 3, 12, 24, 48, 96, 168, 336, 720, 1440, 2160, 4320, 8760)
REPEAT_AFTER = ReportParameter("repeat_after", "", choices=tuple(map(str, _STARTS)))
"""The hours at which the span begins whose leads are listed; empty: none are."""


@dataclass(frozen=True, slots=True)
class RepeatSpan:
    """So many leads came after more than `from_seconds`, and up to `to_seconds`, if there is an
    end."""

    from_seconds: int
    to_seconds: int | None
    leads: int
    share: float | None


@dataclass(frozen=True, slots=True)
class SpanShare:
    """A span, and the repeat leads of all spans."""

    span: RepeatSpan
    repeats: int


@dataclass(frozen=True, slots=True)
class LateRepeat(RepeatLead):
    """`seconds`: after the lead before it."""

    seconds: float


def repeats(context: CardContext) -> Sequence[Part]:
    texts = context.texts
    rows = _spans(context)
    whole = sum(row.leads for row in rows)
    if not whole:
        return empty(context, "uniqueness.no_repeats")
    edges = ["", *(_edge(row.from_seconds, context) for row in rows[1:]), ""]
    hovers = [_hover(row, whole, context) for row in rows]
    counts, links = [row.leads for row in rows], [_span_link(row, context) for row in rows]
    figure = histogram(edges, counts, hovers, texts("uniqueness.repeat"), links)
    return chart_with_table(
        context,
        "time-to-repeat",
        texts("uniqueness.repeats"),
        figure,
        _SPAN_COLUMNS,
        _of_all(rows),
        is_sortable=False,
        earlier=_earlier(context),
    )


def repeated(context: CardContext) -> Sequence[Part]:
    """Nothing until a span is chosen."""
    chosen = context.options["repeat_after"]
    if not chosen:
        return ()
    starts = int(chosen) * _HOUR
    (span,) = [row for row in _spans(context) if row.from_seconds == starts]
    asked = {"across": context.options["across"], "longer_than": starts}
    if span.to_seconds is not None:
        asked["at_most"] = span.to_seconds
    rows = ask_rows(context, "repeat_leads", LateRepeat, **asked, top=LIST)
    label = context.texts("uniqueness.repeated_after", span=_span(span, context))
    if not rows:
        return (Paragraph(label), *empty(context))
    is_part = cut(context, len(rows), span.leads)
    return (Paragraph(label), *is_part, table_of(context, label, _LEAD_COLUMNS, rows))


def _spans(context: CardContext, about: Slice | None = None) -> list[RepeatSpan]:
    return ask_rows(context, "repeat_times", RepeatSpan, about, across=context.options["across"])


def _of_all(rows: Sequence[RepeatSpan]) -> list[SpanShare]:
    whole = sum(row.leads for row in rows)
    return [SpanShare(row, whole) for row in rows]


def _earlier(context: CardContext) -> EarlierRows[SpanShare] | None:
    about = against(context).asked
    if about is None:
        return None
    rows = _of_all(_spans(context, about))
    return EarlierRows(
        lambda row: row.span.from_seconds, {row.span.from_seconds: row for row in rows}
    )


def _span_link(row: RepeatSpan, context: CardContext) -> str | None:
    """This page with the leads of the span."""
    if not row.leads:
        return None
    options = {**context.options, "repeat_after": row.from_seconds // _HOUR}
    link = context.url("/uniqueness", f"{context.slice.query}&{urlencode(options)}")
    return link and f"{link}#repeated"


def _edge(seconds: int, context: CardContext) -> str:
    """3 h, 14 d."""
    unit, size = ("hours", _HOUR) if seconds < _DAY else ("days", _DAY)
    return context.texts(f"uniqueness.{unit}", number=seconds // size)


def _span(row: RepeatSpan, context: CardContext) -> str:
    first = _edge(row.from_seconds, context)
    if row.to_seconds is None:
        return context.texts("uniqueness.longer", first=first)
    last = _edge(row.to_seconds, context)
    if not row.from_seconds:
        return context.texts("uniqueness.no_longer", last=last)
    return context.texts("uniqueness.span", first=first, last=last)


def _hover(row: RepeatSpan, whole: int, context: CardContext) -> str:
    formats = context.formats
    leads, is_enough = formats.count("leads", row.leads), whole >= LEAST
    share = f" ({formats.percent(row.share or 0)})" if is_enough else ""
    return f"{_span(row, context)}: {leads}{share}"


_SPAN_COLUMNS: Columns[SpanShare] = (
    column.words(
        "uniqueness.time_to_repeat",
        lambda row, context: _span(row.span, context),
        lambda row, context: _span_link(row.span, context),
    ),
    column.number("site.leads", lambda row: row.span.leads),
    column.rate("uniqueness.repeats_share", lambda row: (row.span.leads, row.repeats)),
)
_LEAD_COLUMNS: Columns[LateRepeat] = (
    column.lead("uniqueness.lead"),
    column.moment("uniqueness.when", lambda row: row.happened_local),
    column.text("uniqueness.phone", lambda row: row.caller_phone),
    *PREVIOUS_COLUMNS,
    column.seconds("uniqueness.time_to_repeat", lambda row: row.seconds),
)
