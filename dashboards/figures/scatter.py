"""Bubbles: volume against a share."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dashboards.figures import Figure
from dashboards.figures.axes import share_axis
from dashboards.figures.text import plain, shorten

_LARGEST = 42
_SMALLEST = 7
# If all are small, none is drawn as if it were large.
_LEAST_LARGEST = 40
_LONGEST_LABEL = 18
# A label must be free on a chart as small as a phone's, and on a screen's, where the marks are as
# large but further apart: widths, height, and what a label may take of the margin.
_WIDTHS, _HEIGHT, _MARGIN = (250, 900), 340, 12
_LETTER, _LINE = 7, 15
_POSITIONS = ("middle right", "middle left", "top center", "bottom center")
_Box = tuple[float, float, float, float]
"""Left, right, bottom, top."""


@dataclass(frozen=True, slots=True)
class Bubble:
    """`share` with `low` and `high`, 0 to 1. `size`: shown as area. `name`: untrusted text,
    `hover`: with untrusted parts escaped."""

    name: str
    volume: int
    share: float
    low: float
    high: float
    size: int
    hover: str
    link: str | None = None


@dataclass(frozen=True, slots=True)
class PointKind:
    """Bubbles of one colour; `colour`: its number in the colorway."""

    name: str
    colour: int
    bubbles: Sequence[Bubble]


def bubbles(kinds: Sequence[PointKind], mean: float, mean_name: str, volume: str) -> Figure:
    """`mean`: overall share, a dotted line; `volume`: title of the horizontal axis."""
    everyone = [bubble for kind in kinds for bubble in kind.bubbles]
    across = _volume_axis([bubble.volume for bubble in everyone])
    up = _share_axis(everyone)
    largest = max([_LEAST_LARGEST, *(bubble.size for bubble in everyone)])
    places = _label_places(everyone, across["range"], up["range"], largest)
    shown = [kind for kind in kinds if kind.bubbles]
    traces = [_trace(kind, places, largest) for kind in shown]
    traces.append(_line(mean, mean_name, across["range"]))
    layout = {
        "hovermode": "closest",
        "legend": {"itemsizing": "constant"},
        "showlegend": True,
        "xaxis": across | {"title": {"text": volume, "standoff": 8}, "showgrid": True},
        "yaxis": up,
    }
    return {
        "data": traces,
        "layout": layout,
        "links": [[bubble.link for bubble in kind.bubbles] for kind in shown],
        "colours": [*(kind.colour for kind in shown), 9],
    }


def _trace(kind: PointKind, places: dict[Bubble, str], largest: int) -> dict[str, Any]:
    shown = kind.bubbles
    return {
        "type": "scatter",
        "mode": "markers+text",
        "name": kind.name,
        "x": [bubble.volume for bubble in shown],
        "y": [bubble.share for bubble in shown],
        "marker": {
            "size": [max(bubble.size, 1) for bubble in shown],
            "sizemode": "area",
            "sizeref": 2 * largest / _LARGEST**2,
            "sizemin": _SMALLEST,
            "opacity": 0.75,
        },
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": [bubble.high - bubble.share for bubble in shown],
            "arrayminus": [bubble.share - bubble.low for bubble in shown],
            "thickness": 1,
            "width": 0,
        },
        "text": [_label(bubble) if bubble in places else "" for bubble in shown],
        "textposition": [places.get(bubble, "middle right") for bubble in shown],
        "cliponaxis": False,
        "customdata": [f"{plain(shorten(bubble.name, 80))}<br>{bubble.hover}" for bubble in shown],
        "hovertemplate": "%{customdata}<extra></extra>",
    }


def _line(mean: float, name: str, ends: Sequence[float]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "line": {"dash": "dot", "width": 1.5},
        "x": [10**end for end in ends],
        "y": [mean, mean],
        "hoverinfo": "skip",
    }


def _volume_axis(volumes: Sequence[int]) -> dict[str, Any]:
    """Logarithmic, because a few sources bring most leads; labelled at 1, 2 and 5 of each power."""
    least, most = min(volumes, default=1), max(volumes, default=1)
    ends = [math.log10(least) - 0.12, math.log10(most) + 0.3]
    powers = range(math.floor(ends[0]), math.ceil(ends[1]) + 1)
    marks = [step * 10**power for power in powers for step in (1, 2, 5)]
    return {"type": "log", "range": ends, "tickvals": marks, "tickformat": ",d"}


def _share_axis(shown: Sequence[Bubble]) -> dict[str, Any]:
    low = min((bubble.low for bubble in shown), default=0)
    high = max((bubble.high for bubble in shown), default=1)
    return share_axis() | {"range": [max(low - 0.04, -0.04), min(high + 0.04, 1.04)]}


def _label_places(
    shown: Sequence[Bubble], across: Sequence[float], up: Sequence[float], largest: int
) -> dict[Bubble, str]:
    """Positions of labels that overlap nothing at any width, largest volume first."""
    positions: dict[Bubble, str] = {}
    taken = [_Taken(width, shown, across, up, largest) for width in _WIDTHS]
    for place, bubble in sorted(enumerate(shown), key=lambda pair: -pair[1].volume):
        length = _LETTER * len(_label(bubble))
        for position in _POSITIONS:
            if all(one.is_free(place, position, length) for one in taken):
                positions[bubble] = position
                for one in taken:
                    one.take(place, position, length)
                break
    return positions


class _Taken:
    """What stands on a chart of a width: marks, lines of the intervals, and labels so far."""

    def __init__(
        self,
        width: int,
        shown: Sequence[Bubble],
        across: Sequence[float],
        up: Sequence[float],
        largest: int,
    ) -> None:
        self._width = width
        self._marks: list[_Box] = []
        self._others: list[_Box] = []
        for bubble in shown:
            middle = (math.log10(bubble.volume) - across[0]) / (across[1] - across[0]) * width
            low, height, high = (
                (share - up[0]) / (up[1] - up[0]) * _HEIGHT
                for share in (bubble.low, bubble.share, bubble.high)
            )
            radius = max(_SMALLEST, _LARGEST * math.sqrt(bubble.size / largest)) / 2
            self._marks.append((middle - radius, middle + radius, height - radius, height + radius))
            self._others.append((middle - 1, middle + 1, low, high))

    def is_free(self, place: int, position: str, length: float) -> bool:
        box = _places(self._marks[place], length)[position]
        marks = [mark for number, mark in enumerate(self._marks) if number != place]
        fits = box[0] >= 0 and box[1] <= self._width + _MARGIN
        return fits and not any(_meet(box, other) for other in (*marks, *self._others))

    def take(self, place: int, position: str, length: float) -> None:
        self._others.append(_places(self._marks[place], length)[position])


def _places(mark: _Box, length: float) -> dict[str, _Box]:
    left, right, bottom, top = mark
    middle, height = (left + right) / 2, (bottom + top) / 2
    half, line = length / 2, _LINE / 2
    return {
        "middle right": (right, right + length, height - line, height + line),
        "middle left": (left - length, left, height - line, height + line),
        "top center": (middle - half, middle + half, top, top + _LINE),
        "bottom center": (middle - half, middle + half, bottom - _LINE, bottom),
    }


def _meet(box: _Box, other: _Box) -> bool:
    beside = box[0] < other[1] and box[1] > other[0]
    return beside and box[2] < other[3] and box[3] > other[2]


def _label(bubble: Bubble) -> str:
    return plain(shorten(bubble.name, _LONGEST_LABEL))
