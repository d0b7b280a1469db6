"""The six tiles of the overview, each with its change and its shape over time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dashboards.page.cards import Part
from dashboards.page.comparison import before, changes_said, compared_tile
from dashboards.page.context import CardContext
from dashboards.page.empty import empty_slice
from dashboards.page.over_time import unit_of
from dashboards.page.rows import ask_row
from dashboards.page.tables import TypedValue
from dashboards.page.tiles import Tile, tiles
from dashboards.wording.rates import rate_text


@dataclass(frozen=True, slots=True)
class Totals:
    """A row of the report `overview`."""

    leads: int
    calls: int
    requests: int
    unfinished_calls: int
    unique_leads: int
    uniqueness_known: int
    target_leads: int
    target_known: int
    unique_target_leads: int
    unique_target_known: int
    missed_calls: int
    ended_calls: int


@dataclass(frozen=True, slots=True)
class DeliveryTotals:
    deliveries: int
    quarantined: int
    suspected_gaps: int


Counted = Callable[[Totals], tuple[int, int]]
_TILES: tuple[tuple[str, str, Counted], ...] = (
    ("leads", "leads", lambda row: (row.leads, row.leads)),
    ("unique", "unique_leads", lambda row: (row.unique_leads, row.uniqueness_known)),
    ("target", "target_leads", lambda row: (row.target_leads, row.target_known)),
    (
        "unique_target",
        "unique_target_leads",
        lambda row: (row.unique_target_leads, row.unique_target_known),
    ),
    ("missed", "missed_calls", lambda row: (row.missed_calls, row.ended_calls)),
)
"""The name, the column of its shape over time, and its number with what it is a part of."""


def totals(context: CardContext) -> Sequence[Part]:
    now = ask_row(context, "overview", Totals)
    earlier = before(context, "overview", Totals)
    shapes = context.ask("leads_over_time", unit=unit_of(context))

    def tile(name: str, shape: str, counted: Counted) -> Tile:
        lines = _lines(name, *counted(now), now, context)
        return compared_tile(
            context,
            name,
            f"overview.{name}",
            lambda row: counted(row)[0],
            now,
            earlier,
            lines,
            _link(name, context),
            shape=shapes.column(shape),
        )

    shown = [*(tile(*counted) for counted in _TILES), _deliveries_tile(context)]
    notes = changes_said(context, earlier.against)
    return (tiles(shown), *notes, *empty_slice(context, now.leads))


def _lines(name: str, part: int, known: int, now: Totals, context: CardContext) -> list[str]:
    texts, formats = context.texts, context.formats
    if name == "leads":
        types = f"{formats.count('calls', now.calls)}, {formats.count('requests', now.requests)}"
        unfinished = formats.number(now.unfinished_calls)
        more = [texts("overview.unfinished", calls=unfinished)] if now.unfinished_calls else []
        return [types, *more]
    if not known:
        return _nothing_known(name, now, context)
    noun = "of_calls" if name == "missed" else "of_leads"
    rate = rate_text(part, known, formats)
    return [texts(f"overview.{name}_of", rate=rate, known=formats.count(noun, known))]


def _nothing_known(name: str, now: Totals, context: CardContext) -> list[str]:
    if name == "missed":
        return [context.texts("overview.no_ended_calls" if now.calls else "overview.no_calls")]
    return [context.texts("overview.nothing_known")] if now.leads else []


def _link(name: str, context: CardContext) -> str | None:
    if name in ("unique", "target"):
        return context.leads(None, **{name: True})
    return context.leads() if name == "leads" else context.leads(only=name)


def _deliveries_tile(context: CardContext) -> Tile:
    texts, formats = context.texts, context.formats
    now = ask_row(context, "delivery_totals", DeliveryTotals)
    return Tile(
        "deliveries",
        texts("overview.deliveries"),
        formats.number(now.deliveries),
        lines=[
            texts("overview.all_deliveries"),
            texts("overview.quarantined", count=formats.number(now.quarantined)),
            texts("overview.gaps", count=formats.number(now.suspected_gaps)),
        ],
        href=context.url("/deliveries", context.slice.query),
        typed=TypedValue(now.deliveries, "number"),
    )
