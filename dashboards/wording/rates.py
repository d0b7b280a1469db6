"""Percentages, shown only where there is enough to make one."""

from dashboards.wording.formats import Formats

LEAST = 20
"""Below so many a percentage says more about chance than about advertising."""


def share(part: int, whole: int) -> float | None:
    """None where `whole` is too small."""
    return part / whole if whole >= LEAST else None


def known_rate(rate: float | None, whole: int) -> float | None:
    """A rate that a report has found, under the same rule."""
    return rate if whole >= LEAST else None


def rate_text(part: int, whole: int, formats: Formats) -> str:
    """12,3 %, or a dash."""
    rate = share(part, whole)
    return formats.texts("site.not_available") if rate is None else formats.percent(rate)


def change(now: int, before: int) -> float | None:
    """Growth against the value before, 0.5 for half as much again; None where that is too small."""
    if before < LEAST:
        return None
    return (now - before) / before
