"""Rows of a report beside rows worked out otherwise."""

import math
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest

from analytics.reports.asking import Answer


def plain(value: Any) -> Any:
    """NULL is None however pandas writes it, and an instant is a Timestamp in UTC."""
    if value is None or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, float):
        return pytest.approx(value)
    if hasattr(value, "tzinfo"):
        stamp = pd.Timestamp(value)
        return stamp.tz_convert("UTC") if stamp.tzinfo else stamp
    return value.item() if hasattr(value, "item") else value


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows with None for what is absent."""
    names = [str(name) for name in frame.columns]
    columns = [frame[name].astype(object).where(frame[name].notna(), None) for name in names]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def same(answer: Answer, columns: str, expected: Iterable[Iterable[Any]]) -> bool:
    """Whether the report has exactly these columns and rows, in this order."""
    assert answer.columns == tuple(columns.split())
    found = [tuple(map(plain, row)) for row in answer.rows]
    assert found == [tuple(map(plain, row)) for row in expected]
    return True


def rate(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def by_nulls_last(*values: Any) -> tuple[Any, ...]:
    """A sort key in which None comes after everything."""
    return tuple((value is None, "" if value is None else value) for value in values)


def starts(unit: str, first: date, last: date) -> list[date]:
    """The first days of the units of a period."""
    days = (first + timedelta(number) for number in range((last - first).days + 1))
    return sorted({start_of(unit, day) for day in days})


def start_of(unit: str, day: date) -> date:
    if unit == "week":
        return day - timedelta(day.weekday())
    return day.replace(day=1) if unit == "month" else day
