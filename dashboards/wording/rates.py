"""Percentages, shown only if there is enough data."""

from dashboards.wording.formats import Formats

LEAST = 20
"""Below this, a percentage is mostly noise."""


def share(part: int, whole: int) -> float | None:
    """None if `whole` is too small."""
    return part / whole if whole >= LEAST else None


def known_rate(rate: float | None, whole: int) -> float | None:
    """A rate computed by a report, under the same rule."""
    return rate if whole >= LEAST else None


def rate_text(part: int, whole: int, formats: Formats) -> str:
    """12,3 %, or a dash."""
    rate = share(part, whole)
    return formats.texts("site.not_available") if rate is None else formats.percent(rate)


def change(now: int, before: int) -> float | None:
    """Growth over the previous value, 0.5 for +50 %; None if that is too small."""
    if before < LEAST:
        return None
    return (now - before) / before
