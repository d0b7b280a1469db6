"""The rows of a report beside those of what they are compared with."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from analytics.chance import counts_differ
from analytics.reports.asking import Answer
from analytics.reports.compared_names import names_beside
from analytics.reports.registry.comparisons import COMPARED_BY
from analytics.reports.report import Report

Values = tuple[Any, ...]


def keys_of(report: Report, groups: Sequence[str]) -> tuple[str, ...] | None:
    """The columns that say what a row is about; None of a report whose rows stand for themselves,
    as those of a list do."""
    if report.name not in COMPARED_BY:
        return None
    return (*(groups if report.groups else ()), *COMPARED_BY[report.name])


def beside(now: Answer, before: Answer, keys: Sequence[str], numbers: Sequence[str]) -> Answer:
    """Each row with the three columns for each of these numbers. Rows that there were before alone
    come last: their counts are 0 now.

    Days, weeks and months are told by their place: the first of the one stands beside the first of
    the other.
    """
    earlier = dict(zip(_keys(before, keys), before.rows, strict=True))
    rows = []
    for key, row in zip(_keys(now, keys), now.rows, strict=True):
        rows.append((*row, *_compared(row, earlier.pop(key, None), now.columns, numbers)))
    if not _are_over_time(now, keys):
        for row in earlier.values():
            gone = _gone(row, now.columns, keys)
            rows.append((*gone, *_compared(gone, row, now.columns, numbers)))
    return Answer(now.question, (*now.columns, *_names(numbers)), rows)


def _names(numbers: Sequence[str]) -> list[str]:
    return [beside_it for name in numbers for beside_it in names_beside(name)]


def _keys(answer: Answer, keys: Sequence[str]) -> list[Values]:
    columns = [_told(answer.column(name)) for name in keys]
    return list(zip(*columns, strict=True)) if columns else [()] * len(answer.rows)


def _are_over_time(answer: Answer, keys: Sequence[str]) -> bool:
    return any(isinstance(value, date) for name in keys for value in answer.column(name)[:1])


def _told(values: Sequence[Any]) -> Sequence[Any]:
    """Values of a key; days by their place among them."""
    if not values or not isinstance(values[0], date):
        return values
    places = {day: place for place, day in enumerate(dict.fromkeys(values))}
    return [places[day] for day in values]


def _gone(row: Values, columns: Sequence[str], keys: Sequence[str]) -> Values:
    """A row of before as it would be now: no leads, and nothing known."""
    return tuple(
        value if name in keys else 0 if _is_count(value) else None
        for name, value in zip(columns, row, strict=True)
    )


def _compared(
    row: Values, before: Values | None, columns: Sequence[str], numbers: Sequence[str]
) -> list[Any]:
    found: list[Any] = []
    for name in numbers:
        place = columns.index(name)
        now = row[place]
        was = before[place] if before is not None else 0 if _is_count(now) else None
        if now is None or was is None:
            found += [was, None, None]
            continue
        counts = _is_count(now) and _is_count(was)
        found += [was, now - was, not counts_differ(now, was) if counts else None]
    return found


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
