"""The card of the recount at other depths, next to Calltouch's own flags."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from analytics.reports.parameters import UNLIMITED
from dashboards.figures.steps import Steps, step_lines
from dashboards.page import column
from dashboards.page.cards import Paragraph, Part
from dashboards.page.chart_parts import chart_with_table
from dashboards.page.column import Column, Columns, table_of
from dashboards.page.comparison import earlier_rows
from dashboards.page.context import CardContext
from dashboards.page.empty import empty
from dashboards.page.rows import ask_rows
from dashboards.page.tables import Cell, TypedValue
from dashboards.pages.uniqueness.recount import depth_text
from dashboards.wording.rates import LEAST

_NAMES = {None: "site.total", "call": "site.calls", "request": "site.requests"}
_COLOURS = {None: 1, "call": 2, "request": 3}
# Where the axis of depths has its end, and infinity its place.
_BEYOND = 730


@dataclass(frozen=True, slots=True)
class DepthRow:
    """The recount at a depth, of all leads or those of a type. `calltouch_…`: of the leads whose
    flag is known; `agreeing`: those of them that we call the same."""

    lead_type: str | None
    depth: int
    leads: int
    unique_leads: int
    share: float
    calltouch_known: int
    calltouch_unique: int
    calltouch_share: float
    agreeing: int
    agreeing_share: float

    @property
    def place(self) -> int:
        """On the axis."""
        return _BEYOND if self.depth == UNLIMITED else self.depth

    @property
    def short(self) -> str:
        return "∞" if self.depth == UNLIMITED else f"{self.depth}"

    @property
    def typed_depth(self) -> TypedValue | None:
        return None if self.depth == UNLIMITED else TypedValue(self.depth, "number")

    @property
    def is_judged(self) -> bool:
        """Whether enough flags are known."""
        return self.calltouch_known >= LEAST


def depths(context: CardContext) -> Sequence[Part]:
    texts = context.texts
    rows = ask_rows(context, "uniqueness_depth", DepthRow, across=context.options["across"])
    if not rows:
        return empty(context, "uniqueness.nobody_told")
    label = texts("uniqueness.depths")
    enough = [row for row in rows if row.leads >= LEAST]
    if not enough:
        few = Paragraph(texts("card.few", least=LEAST))
        return (few, table_of(context, label, _COLUMNS, rows))
    ticks = list(dict.fromkeys((row.place, row.short) for row in rows))
    types = [lead_type for lead_type in _NAMES if any(row.lead_type == lead_type for row in enough)]
    # Of one type alone the two together say the same once more.
    if len({row.lead_type for row in rows}) == 2:
        types = [lead_type for lead_type in types if lead_type is not None]
    ours = [_our_line(lead_type, enough, context) for lead_type in types]
    figure = step_lines([*ours, *_calltouch_lines(types, enough, context)], ticks, whole=False)
    figure["layout"]["xaxis"]["title"] = {"text": texts("uniqueness.depth_axis"), "standoff": 4}
    figure["layout"]["margin"] = {"b": 56}
    earlier = earlier_rows(
        context,
        "uniqueness_depth",
        DepthRow,
        lambda row: (row.lead_type, row.depth),
        across=context.options["across"],
    )
    shown = chart_with_table(
        context, "unique-by-depth", label, figure, _COLUMNS, rows, earlier=earlier
    )
    return (*_best_depth(rows, context), *shown)


def _best_depth(rows: Sequence[DepthRow], context: CardContext) -> Sequence[Part]:
    known = [row for row in rows if row.lead_type is None and row.is_judged]
    if not known:
        return ()
    formats = context.formats
    named, best = most_agreeing(known)
    text = context.texts(
        f"uniqueness.{named}",
        depth=depth_text(best.depth, context),
        rate=formats.percent(best.agreeing_share),
        leads=formats.count("leads", best.calltouch_known),
    )
    return (Paragraph(text),)


def most_agreeing(rows: Sequence[DepthRow]) -> tuple[str, DepthRow]:
    """The depth at which the recount agrees most with Calltouch's flags, and what to say of it.

    Where leads reach back some days only, all depths from there on are alike: none is preferred.
    """
    most = max(row.agreeing for row in rows)
    deepest_first = sorted(rows, key=lambda row: row.place, reverse=True)
    alike = list(takewhile(lambda row: row.agreeing == most, deepest_first))
    if not alike:
        return "best_depth", next(row for row in deepest_first if row.agreeing == most)
    return "best_from" if len(alike) > 1 else "best_unlimited", alike[-1]


def _our_line(lead_type: str | None, rows: Sequence[DepthRow], context: CardContext) -> Steps:
    rows = [row for row in rows if row.lead_type == lead_type]
    name = context.texts(_NAMES[lead_type])
    return Steps(
        name,
        [row.place for row in rows],
        [row.share for row in rows],
        [_hover(row, name, context) for row in rows],
        _COLOURS[lead_type],
        [_at_depth(row, context) for row in rows],
    )


def _calltouch_lines(
    types: Sequence[str | None], rows: Sequence[DepthRow], context: CardContext
) -> list[Steps]:
    """Level: Calltouch's depth is the one set in its cabinet, whatever the axis says. They have one
    entry in the legend."""
    texts, formats = context.texts, context.formats
    flagged = texts("uniqueness.by_calltouch")
    lines: list[Steps] = []
    for lead_type in types:
        known = [row for row in rows if row.lead_type == lead_type and row.is_judged]
        if not known:
            continue
        places, shares = [row.place for row in known], [row.calltouch_share for row in known]
        name = f"{texts(_NAMES[lead_type])}, {flagged}"
        hovers = [f"{name}: {formats.percent(rate)}" for rate in shares]
        colour, is_named = _COLOURS[lead_type], not lines
        lines.append(Steps(flagged, places, shares, hovers, colour, (), True, is_named))
    return lines


def _hover(row: DepthRow, name: str, context: CardContext) -> str:
    formats = context.formats
    return context.texts(
        "uniqueness.depth_hover",
        name=name,
        depth=depth_text(row.depth, context),
        rate=formats.percent(row.share),
        unique=formats.number(row.unique_leads),
        leads=formats.number(row.leads),
    )


def _at_depth(row: DepthRow, context: CardContext) -> str | None:
    """The page with the recount at this depth: which leads it calls something else."""
    narrowed = {} if row.lead_type is None else {"lead_type": row.lead_type}
    about = context.slice.narrowed(**narrowed)
    options = f"across={context.options['across']}&depth={row.depth}"
    link = context.url("/uniqueness", f"{about.query}&{options}")
    return link and f"{link}#disagreements"


_COLUMNS: Columns[DepthRow] = (
    Column(
        "uniqueness.depth_short",
        lambda row, context: Cell(
            row.short, row.place, _at_depth(row, context), typed=row.typed_depth
        ),
    ),
    column.words("filter.lead_type", lambda row, context: context.texts(_NAMES[row.lead_type])),
    column.number("site.leads", lambda row: row.leads),
    column.number("uniqueness.unique", lambda row: row.unique_leads),
    column.rate("uniqueness.unique_share", lambda row: (row.unique_leads, row.leads)),
    column.rate(
        "uniqueness.calltouch_share", lambda row: (row.calltouch_unique, row.calltouch_known)
    ),
    column.rate("uniqueness.agreement", lambda row: (row.agreeing, row.calltouch_known)),
)
