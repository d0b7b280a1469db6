"""Axes of time and of counts."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from dashboards.wording.formats import Formats
from dashboards.wording.texts import Texts

_A_DAY_MS = 86_400_000
_A_MONDAY = "2000-01-03"
_FEW = 8
_SATURDAY = 5
_A_WEEK_S = 604_800
_SECONDS_STEPS = (
    *(1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800),
    *(3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800),
)


def counts_axis(totals: Sequence[int]) -> dict[str, Any]:
    """From zero, at whole numbers: plotly would put half a lead on the axis of a quiet week."""
    highest = max(totals, default=0)
    axis: dict[str, Any] = {"rangemode": "tozero", "tickformat": ",d", "nticks": 6}
    if highest <= _FEW:
        axis["dtick"] = 1 if highest <= _FEW // 2 else 2
    return axis


def time_axis(starts: Sequence[date], unit: str, texts: Texts) -> dict[str, Any]:
    """A date axis. Names of days and months come with the page, see charts.js.

    A bar is centred on its date, so a day spans from noon before to noon.
    """
    axis = {"type": "date"} | _TIME_FORMATS[unit]
    if unit == "week":
        week_of = texts("unit.week")
        axis["unifiedhovertitle"] = {
            "text": f"{week_of} %{{x|{_TIME_FORMATS[unit]['hoverformat']}}}"
        }
    if unit == "day" and starts:
        axis["range"] = [_noon_before(starts[0]), _noon_of(starts[-1])]
        axis |= {"tick0": _A_MONDAY, "dtick": _A_DAY_MS * _days_per_label(len(starts))}
    return axis


def _days_per_label(days: int) -> int:
    """Few enough labels for a phone; whole weeks start on Monday."""
    return next((step for longest, step in ((8, 1), (15, 2), (45, 7)) if days <= longest), 14)


def day_width(days: int) -> float:
    """In milliseconds. Set explicitly, because plotly draws nothing for a single day; less than a
    full day, so that a few bars do not turn into walls."""
    return _A_DAY_MS * 0.72 * min(days / _FEW, 1)


_TIME_FORMATS: dict[str, dict[str, Any]] = {
    "hour": {"tickformat": "%H:%M\n%-d %b", "hoverformat": "%-d %B, %H:%M"},
    "day": {"tickformat": "%-d %b\n%Y", "hoverformat": "%A, %-d %B %Y"},
    "week": {"tickformat": "%-d %b\n%Y", "hoverformat": "%-d %B %Y"},
    "month": {"tickformat": "%b\n%Y", "hoverformat": "%B %Y"},
    "year": {"tickformat": "%Y", "hoverformat": "%Y"},
}


def weekends(days: Sequence[date]) -> list[dict[str, Any]]:
    return [
        {
            "type": "rect",
            "xref": "x",
            "yref": "paper",
            "x0": _noon_before(day),
            "x1": _noon_of(day),
            "y0": 0,
            "y1": 1,
        }
        for day in days
        if day.weekday() >= _SATURDAY
    ]


def _noon_of(day: date) -> str:
    return f"{day} 12:00"


def _noon_before(day: date) -> str:
    return _noon_of(day - timedelta(1)) if day > date.min else f"{day}"


def share_axis() -> dict[str, Any]:
    """Percentages of values from 0 to 1."""
    return {
        "tickformat": ".0%",
        "rangemode": "tozero",
        "nticks": 6,
        "autorangeoptions": {"clipmin": 0, "clipmax": 1},
    }


def seconds_axis(highest: float, formats: Formats) -> dict[str, Any]:
    """From zero to the maximum in seconds, with a few labels: 0:30, 1:00, 1:30."""
    step = next(
        (candidate for candidate in _SECONDS_STEPS if highest <= _most(candidate) * candidate),
        _A_WEEK_S,
    )
    labels = [step * number for number in range(int(min(highest, 6 * step) / step) + 1)]
    return {
        "rangemode": "tozero",
        "tickvals": labels,
        "ticktext": [formats.seconds(seconds) for seconds in labels],
        "tickangle": 0,
        "zeroline": False,
    }


def _most(step: int) -> int:
    """Labels with hours are longer, so fewer fit on a phone."""
    return 6 if step < 3600 else 4
