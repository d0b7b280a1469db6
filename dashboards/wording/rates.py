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
    """12,3 %; of fewer than 20 the part itself, for a sentence that names the whole."""
    rate = share(part, whole)
    if rate is not None:
        return formats.percent(rate)
    return formats.number(part) if whole else formats.texts("site.not_available")


def part_text(part: int, whole: int, formats: Formats) -> str:
    """7 of 11."""
    values = {"part": formats.number(part), "whole": formats.number(whole)}
    return formats.texts("change.of", **values)


def change(now: int, before: int) -> float | None:
    """Growth over the previous value, 0.5 for +50 %; None if that is too small."""
    if before < LEAST:
        return None
    return (now - before) / before
