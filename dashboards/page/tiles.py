"""Tiles: a number each, how it changed, and its shape over time."""

from collections.abc import Sequence
from dataclasses import dataclass

from dashboards.page.cards import Part, TemplatePart
from dashboards.page.tables import TypedValue
from dashboards.wording.changes import Change

TILES = "parts/tiles.html"
_HEIGHT = 24
_MARGIN = 2


@dataclass(frozen=True, slots=True)
class Link:
    """A line that leads somewhere, where there is a server to lead to."""

    text: str
    href: str | None


@dataclass(frozen=True, slots=True)
class Tile:
    """`sparkline`: the points of a line in a box of 100 by 24. `lines`, then `links`, stand below
    the number. `typed`: the value, for files."""

    name: str
    title: str
    value: str
    change: Change | None = None
    sparkline: str = ""
    lines: Sequence[str] = ()
    href: str | None = None
    links: Sequence[Link] = ()
    typed: TypedValue | None = None


def tiles(shown: Sequence[Tile]) -> TemplatePart:
    return TemplatePart(TILES, {"tiles": shown})


def tiles_in(part: Part) -> Sequence[Tile]:
    """Those that a part of a card shows."""
    if not isinstance(part, TemplatePart) or part.template != TILES:
        return ()
    shown = part.values["tiles"]
    assert isinstance(shown, Sequence)
    return shown


def sparkline(values: Sequence[float]) -> str:
    """The points of an SVG polyline; none for fewer than two values."""
    if len(values) < 2:
        return ""
    lowest, highest = min(0, *values), max(values)
    scale = (_HEIGHT - 2 * _MARGIN) / ((highest - lowest) or 1)
    step = 100 / (len(values) - 1)
    return " ".join(
        f"{index * step:.1f},{_HEIGHT - _MARGIN - (value - lowest) * scale:.1f}"
        for index, value in enumerate(values)
    )
