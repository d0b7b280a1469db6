"""The newest rows of a list without a look at all of the period.

The days at its end are asked first, more of them as long as they do not have the rows that are
wanted. What is asked in vain is an eighth of what is asked next.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta

from duckdb import DuckDBPyConnection

from analytics.reports.asking import Answer, Question, ask

_DAYS = 4
_GROWTH = 8


def ask_newest(db: DuckDBPyConnection, question: Question, tables: Mapping[str, str]) -> Answer:
    """The same as `ask`. `tables`: of the whole period."""
    wanted = question.options.get("top", 0)
    if question.report.is_newest_first and wanted:
        for first in _beginnings(question):
            end = replace(question, filters=replace(question.filters, first=first))
            answer = ask(db, end, tables)
            if _are_the_newest(answer, wanted, first):
                return replace(answer, question=question)
    return ask(db, question, tables)


def _beginnings(question: Question) -> Iterator[date]:
    """The first days of periods that have the same end and are much shorter."""
    filters = question.filters
    whole = (filters.last - filters.first).days
    days = _DAYS
    while days * _GROWTH <= whole:
        yield filters.last - timedelta(days)
        days *= _GROWTH


def _are_the_newest(answer: Answer, wanted: int, first: date) -> bool:
    """A day of distance: where clocks are turned back over midnight, the later lead may count for
    the day before."""
    times = answer.column("happened_local")
    return len(times) == wanted and all(at is not None and at.date() > first for at in times)
