"""Rows of reports as typed values.

A page declares a frozen dataclass with the columns that it uses of a report, named as they are
there; reports with the same columns share one.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Protocol, TypeVar

from analytics.reports.asking import Answer
from dashboards.page.context import CardContext
from dashboards.page.tables import Batches
from dashboards.slice.slice import Slice


class RowShape(Protocol):
    """Any dataclass."""

    __dataclass_fields__: ClassVar[dict[str, Any]]


R = TypeVar("R", bound=RowShape)


class MissingColumn(LookupError):
    """A page reads a column that its report does not have."""


class SourceRow(Protocol):
    """Of a source and medium, as strangers wrote them; None: Calltouch gave none."""

    @property
    def source(self) -> str | None: ...
    @property
    def medium(self) -> str | None: ...


class TargetRow(Protocol):
    """`target_known`: leads of which Calltouch says whether they are target ones."""

    @property
    def target_leads(self) -> int: ...
    @property
    def target_known(self) -> int: ...


@dataclass(frozen=True, slots=True)
class LeadRow:
    """Of one lead; the rows of lists of leads begin with it."""

    lead_type: str
    lead_id: int


class ReportRows(list[R]):
    """`answer`: what they were read from, with its question. `shape`: what each became."""

    answer: Answer
    shape: type[R]


def ask_rows(
    context: CardContext, report: str, shape: type[R], about: Slice | None = None, **options: Any
) -> ReportRows[R]:
    """What a report says of the page's slice, or of `about`. Raises `MissingColumn`."""
    return rows_of(context.ask(report, about, **options), shape)


def whole_list(
    rows: ReportRows[R], only: Callable[[R], bool] | None = None
) -> Callable[[Batches], Iterator[R]] | None:
    """Every row of the list of which these are the beginning, or of those that are like `only`;
    None where they are all of it."""
    question, shape = rows.answer.question, rows.shape
    if question.gives_all(len(rows)):
        return None

    def read(batches: Batches) -> Iterator[R]:
        every = (row for answer in batches(question.of_all_rows) for row in rows_of(answer, shape))
        return every if only is None else filter(only, every)

    return read


def ask_row(
    context: CardContext, report: str, shape: type[R], about: Slice | None = None, **options: Any
) -> R:
    """Of a report that always has one row."""
    (row,) = ask_rows(context, report, shape, about, **options)
    return row


def rows_of(answer: Answer, shape: type[R]) -> ReportRows[R]:
    """Raises `MissingColumn`."""
    names = [field.name for field in fields(shape)]
    missing = [name for name in names if name not in answer.columns]
    if missing:
        report, columns = answer.question.report.name, ", ".join(missing)
        raise MissingColumn(f"report {report}: no column {columns}, which {shape.__name__} reads")
    places = [answer.columns.index(name) for name in names]
    rows = ReportRows(shape(*(row[place] for place in places)) for row in answer.rows)
    rows.answer, rows.shape = answer, shape
    return rows
