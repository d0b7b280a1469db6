"""Vertical axes of names: sources, managers, steps."""

from collections.abc import Sequence
from typing import Any

from dashboards.figures.text import plain, shorten

LONGEST_NAME = 26
_LEAST_ROWS = 4


def names_axis(names: Sequence[str]) -> dict[str, Any]:
    """The first on top. Placed at numbers, so that plotly does not read names as dates or merge
    equal ones; a few names keep the row height that many would have."""
    return {
        "showgrid": False,
        "zeroline": False,
        "tickvals": list(range(len(names))),
        "ticktext": [plain(shorten(name, LONGEST_NAME)) for name in names],
        "range": [max(len(names), _LEAST_ROWS) - 0.5, -0.5],
    }


def full_names(names: Sequence[str]) -> list[str]:
    """For hover texts."""
    return [plain(shorten(name, 80)) for name in names]
