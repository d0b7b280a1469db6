"""Our own recount of uniqueness: how it is chosen, and the card of other depths."""

from collections.abc import Sequence
from itertools import takewhile
from typing import Any

from analytics.reports.parameters import ACROSS, DEPTH, UNLIMITED
from dashboards.figures.steps import Steps, step_lines
from dashboards.page.cards import Collapsible, Paragraph, Part, TemplatePart
from dashboards.page.charts import Chart, locale_of
from dashboards.page.choices import Choice
from dashboards.page.context import CardContext
from dashboards.page.tables import Cell, CellMaker, Column, Row, Table
from dashboards.wording.rates import LEAST

Record = dict[str, Any]
_NAMES = {None: "site.total", "call": "site.calls", "request": "site.requests"}
_COLOURS = {None: 1, "call": 2, "request": 3}
_DEPTHS = (UNLIMITED, 7, 14, 30, 60, 90, 180, 365)
# Where the axis of depths has its end, and infinity its place.
_BEYOND = 730


def recount(context: CardContext) -> dict[str, Any]:
    """How it was chosen, as the reports take it."""
    return {name: context.options[name] for name in (ACROSS.name, DEPTH.name)}


def recounting(context: CardContext) -> TemplatePart:
    """The form in which one chooses how it is recounted."""
    texts, chosen = context.texts, context.options
    across = [
        Choice(value, texts(f"uniqueness.{value}"), value == chosen["across"])
        for value in ACROSS.choices
    ]
    offered = (*_DEPTHS, *({chosen["depth"]} - {*_DEPTHS}))
    depths = [Choice(f"{d}", depth_text(d, context), d == chosen["depth"]) for d in offered]
    values = {"across": across, "depths": depths}
    return TemplatePart("parts/recounting.html", values | {"kept": context.slice.pairs})


def depth_text(depth: int, context: CardContext) -> str:
    if depth == UNLIMITED:
        return context.texts("uniqueness.unlimited")
    return context.formats.count("days", depth)


def depths(context: CardContext) -> Sequence[Part]:
    texts = context.texts
    rows = context.ask("uniqueness_depth", across=context.options["across"]).records()
    if not rows:
        return (Paragraph(texts("uniqueness.nobody_told"), "empty"),)
    table = _depth_table(rows, context)
    enough = [row for row in rows if row["leads"] >= LEAST]
    if not enough:
        return (Paragraph(texts("card.few", least=LEAST)), table)
    ticks = [(_place(one), _short(one)) for one in dict.fromkeys(row["depth"] for row in rows)]
    types = [one for one in _NAMES if any(row["lead_type"] == one for row in enough)]
    # Of one type alone the two together say the same once more.
    if len({row["lead_type"] for row in rows}) == 2:
        types = [one for one in types if one is not None]
    ours = [_our_line(one, enough, context) for one in types]
    lines = [*ours, *_calltouch_lines(types, enough, context)]
    figure = step_lines(lines, ticks, whole=False)
    figure["layout"]["xaxis"]["title"] = {"text": texts("uniqueness.depth_axis"), "standoff": 4}
    figure["layout"]["margin"] = {"b": 56}
    chart = Chart("unique-by-depth", texts("uniqueness.depths"), figure, "medium", locale_of(texts))
    return (*_best_depth(rows, context), chart, Collapsible(texts("card.as_table"), table))


def _place(depth: int) -> int:
    """On the axis."""
    return _BEYOND if depth == UNLIMITED else depth


def _short(depth: int) -> str:
    return "∞" if depth == UNLIMITED else f"{depth}"


def _best_depth(rows: Sequence[Record], context: CardContext) -> Sequence[Part]:
    known = [r for r in rows if r["lead_type"] is None and r["calltouch_known"] >= LEAST]
    if not known:
        return ()
    texts, formats = context.texts, context.formats
    named, best = most_agreeing(known)
    said = texts(
        f"uniqueness.{named}",
        depth=depth_text(best["depth"], context),
        rate=formats.percent(best["agreeing_share"]),
        leads=formats.count("leads", best["calltouch_known"]),
    )
    return (Paragraph(said, "note"),)


def most_agreeing(rows: Sequence[Record]) -> tuple[str, Record]:
    """The depth at which the recount agrees most with Calltouch's flags, and what to say of it.

    Where leads reach back some days only, all depths from there on are alike: none is preferred.
    """
    most = max(row["agreeing"] for row in rows)
    deepest_first = sorted(rows, key=lambda row: _place(row["depth"]), reverse=True)
    alike = list(takewhile(lambda row: row["agreeing"] == most, deepest_first))
    if not alike:
        return "best_depth", next(row for row in deepest_first if row["agreeing"] == most)
    return "best_from" if len(alike) > 1 else "best_unlimited", alike[-1]


def _our_line(lead_type: str | None, rows: Sequence[Record], context: CardContext) -> Steps:
    rows = [row for row in rows if row["lead_type"] == lead_type]
    name = context.texts(_NAMES[lead_type])
    return Steps(
        name,
        [_place(row["depth"]) for row in rows],
        [row["share"] for row in rows],
        [_depth_hover(row, name, context) for row in rows],
        _COLOURS[lead_type],
        [_at_depth(row, context) for row in rows],
    )


def _calltouch_lines(
    types: Sequence[str | None], rows: Sequence[Record], context: CardContext
) -> list[Steps]:
    """Level: Calltouch's depth is the one set in its cabinet, whatever the axis says. They have one
    entry in the legend."""
    texts, formats = context.texts, context.formats
    flagged = texts("uniqueness.by_calltouch")
    lines: list[Steps] = []
    for one in types:
        known = [r for r in rows if r["lead_type"] == one and r["calltouch_known"] >= LEAST]
        shares = [row["calltouch_share"] for row in known]
        hovers = [f"{texts(_NAMES[one])}, {flagged}: {formats.percent(rate)}" for rate in shares]
        at = [_place(row["depth"]) for row in known]
        is_named = not lines
        if known:
            line = Steps(flagged, at, shares, hovers, _COLOURS[one], (), True, is_named)
            lines.append(line)
    return lines


def _depth_hover(row: Record, name: str, context: CardContext) -> str:
    formats = context.formats
    return context.texts(
        "uniqueness.depth_hover",
        name=name,
        depth=depth_text(row["depth"], context),
        rate=formats.percent(row["share"]),
        unique=formats.number(row["unique_leads"]),
        leads=formats.number(row["leads"]),
    )


def _at_depth(row: Record, context: CardContext) -> str | None:
    """The page with the recount at this depth: which leads it calls something else."""
    narrowed = {} if row["lead_type"] is None else {"lead_type": row["lead_type"]}
    about = context.slice.narrowed(**narrowed)
    options = f"across={context.options['across']}&depth={row['depth']}"
    link = context.url("/uniqueness", f"{about.query}&{options}")
    return link and f"{link}#disagreements"


def _depth_table(rows: Sequence[Record], context: CardContext) -> Table:
    texts, cells = context.texts, CellMaker(context.formats)
    columns = [
        Column(texts("uniqueness.depth_short"), "text"),
        Column(texts("filter.lead_type"), "text"),
        Column(texts("site.leads")),
        Column(texts("uniqueness.unique")),
        Column(texts("uniqueness.unique_share")),
        Column(texts("uniqueness.calltouch_share")),
        Column(texts("uniqueness.agreement")),
    ]
    shown = [
        Row(
            [
                Cell(_short(row["depth"]), _place(row["depth"]), _at_depth(row, context)),
                cells.own(texts(_NAMES[row["lead_type"]])),
                cells.number(row["leads"]),
                cells.number(row["unique_leads"]),
                cells.rate(row["unique_leads"], row["leads"]),
                cells.rate(row["calltouch_unique"], row["calltouch_known"]),
                cells.rate(row["agreeing"], row["calltouch_known"]),
            ]
        )
        for row in rows
    ]
    return Table(texts("uniqueness.depths"), columns, shown)
