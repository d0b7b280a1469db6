"""Rows of reports as values: only the columns that a page uses, each by its name."""

from dataclasses import FrozenInstanceError, dataclass

import pytest

from analytics.reports.asking import Answer
from dashboards.page.rows import MissingColumn, rows_of


@dataclass(frozen=True, slots=True)
class Fruit:
    leads: int
    name: str | None

    @property
    def text(self) -> str:
        return f"{self.name}: {self.leads}"


def test_a_row_has_the_columns_of_its_shape_whatever_their_order() -> None:
    answer = Answer(("name", "medium", "leads"), [("apple", "cpc", 3), (None, "cpc", 0)])
    first, second = rows_of(answer, Fruit, "fruits")
    assert (first.text, second.text) == ("apple: 3", "None: 0")
    with pytest.raises(FrozenInstanceError):
        first.leads = 4  # type: ignore[misc]


def test_an_answer_without_rows_still_has_to_have_the_columns() -> None:
    assert rows_of(Answer(("leads", "name"), []), Fruit, "fruits") == []
    with pytest.raises(MissingColumn, match="report fruits: no column name, which Fruit reads"):
        rows_of(Answer(("leads", "names"), []), Fruit, "fruits")
