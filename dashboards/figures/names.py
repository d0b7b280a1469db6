"""Axes of names, one below the other: those of sources, managers, steps."""

from collections.abc import Sequence
from typing import Any

from dashboards.figures.text import plain, shorten

LONGEST_NAME = 26
_LEAST_ROWS = 4


def names_axis(names: Sequence[str]) -> dict[str, Any]:
    """The first one on top. They stand at numbers, so that plotly takes none for a date and none
    for another one's; a few keep the height that they would have among many."""
    return {
        "showgrid": False,
        "zeroline": False,
        "tickvals": list(range(len(names))),
        "ticktext": [plain(shorten(name, LONGEST_NAME)) for name in names],
        "range": [max(len(names), _LEAST_ROWS) - 0.5, -0.5],
    }


def full_names(names: Sequence[str]) -> list[str]:
    """As a hover text shows them."""
    return [plain(shorten(name, 80)) for name in names]
