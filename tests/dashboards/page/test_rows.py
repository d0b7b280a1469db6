"""Rows of reports as values: only the columns that a page uses, each by its name."""

from dataclasses import FrozenInstanceError, dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest

from analytics.reports.asking import Answer, Question
from analytics.reports.filters import Filters
from dashboards.page.rows import MissingColumn, rows_of


@dataclass(frozen=True, slots=True)
class Fruit:
    leads: int
    name: str | None

    @property
    def text(self) -> str:
        return f"{self.name}: {self.leads}"


def answer_of(columns: tuple[str, ...], rows: list[tuple[Any, ...]]) -> Answer:
    filters = Filters(date(2026, 11, 20), date(2026, 11, 20))
    question = Question.about("sources", filters, "UTC", datetime(2026, 11, 20, tzinfo=UTC))
    return Answer(question, columns, rows)


def test_a_row_has_the_columns_of_its_shape_whatever_their_order() -> None:
    answer = answer_of(("name", "medium", "leads"), [("apple", "cpc", 3), (None, "cpc", 0)])
    first, second = rows_of(answer, Fruit)
    assert (first.text, second.text) == ("apple: 3", "None: 0")
    with pytest.raises(FrozenInstanceError):
        first.leads = 4  # type: ignore[misc]


def test_an_answer_without_rows_still_has_to_have_the_columns() -> None:
    assert rows_of(answer_of(("leads", "name"), []), Fruit) == []
    with pytest.raises(MissingColumn, match="report sources: no column name, which Fruit reads"):
        rows_of(answer_of(("leads", "names"), []), Fruit)
