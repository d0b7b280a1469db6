"""A question put to the published file: a report, its filters, and the rows that answer it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, cached_property
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

import pyarrow as pa
from duckdb import DuckDBPyConnection

from analytics.parameters import PARAMETERS, TRAFFIC_COLUMNS
from analytics.privacy.columns import held_by_column
from analytics.privacy.holds import Content
from analytics.reports.filters import Filters
from analytics.reports.groups import DEFAULT_GROUPS, GROUPS
from analytics.reports.parameters import RECOVERY_HOURS
from analytics.reports.registry import report_named
from analytics.reports.report import Report
from analytics.statements import bound_names, rendered, statement, written_out

_PART = re.compile(r"(\w+) as \(from parts\)")
_ALL_LEADS = "picked as (from leads)"
_OF_LEADS = "with picked as (from leads)"
_OF_DELIVERIES = "with received as (from deliveries)"
_ALL_DELIVERIES = "received as (from deliveries)"
_OF_MODEL = {0: "picking/of_model_0", 1: "picking/of_model_1"}
_GROUPS_LINE = "        source, -- group_by\n"
_BATCH = 2000
_LISTED = {
    "documented": tuple(PARAMETERS.values()),
    "traffic_columns": [column.name for column in TRAFFIC_COLUMNS],
}
"""What the SQL of a report may name of the list of parameters."""


@dataclass(frozen=True)
class Question:
    """`options`: values of the report's own parameters, where not the defaults. `now`: an instant;
    what happened later than it is nothing to a report that looks back from it."""

    report: Report
    filters: Filters
    timezone: str
    now: datetime
    groups: tuple[str, ...] = DEFAULT_GROUPS
    options: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def about(
        cls, name: str, filters: Filters, timezone: str, now: datetime, **options: Any
    ) -> "Question":
        """Raises `UnknownReport`."""
        return cls(report_named(name), filters, timezone, now, options=options)

    @cached_property
    def sql(self) -> str:
        """What is asked, its parameters by name."""
        return self.reading({})

    @property
    def parameters(self) -> dict[str, Any]:
        """What the SQL binds."""
        return self.bound(self.sql)

    @property
    def parts(self) -> list[str]:
        """The names of what it shares with other reports."""
        return _PART.findall(statement(self.report.path))

    def part(self, name: str) -> str:
        """The SQL of what it shares, alone."""
        shared = statement(f"reports/parts/{name}")
        about = _OF_DELIVERIES if "from received" in shared else _OF_LEADS
        return self._filtered(f"{about},\n\n{shared}\n\nfrom {name}")

    def reading(self, tables: Mapping[str, str]) -> str:
        """The same as `sql`, with parts of it, by name, read from these tables."""
        asked = _put_together(self.report.path)
        for name, table in tables.items():
            asked = asked.replace(statement(f"reports/parts/{name}"), f"{name} as (from {table})")
        if self.report.groups:
            assert _GROUPS_LINE in asked, self.report.name
            chosen = "".join(f"        {GROUPS[name].sql},\n" for name in self.groups)
            asked = asked.replace(_GROUPS_LINE, chosen)
        return self._filtered(asked)

    def bound(self, sql: str) -> dict[str, Any]:
        """What a statement of this question binds."""
        known = {
            "timezone": self.timezone,
            "now": self.now,
            RECOVERY_HOURS.name: RECOVERY_HOURS.default,
            **self.filters.parameters(),
            **self.report.defaults(),
            **self.options,
        }
        return {name: known[name] for name in bound_names(sql)}

    @property
    def written_out(self) -> str:
        """The SQL with its values in it, to be run in any DuckDB client."""
        return written_out(self.sql, self.parameters)

    @property
    def filter_pairs(self) -> list[tuple[str, str]]:
        """Its filters in a URL, without those of the same name as an option, such as `lead_id`: a
        report that has the option looks at nothing else."""
        return [(name, value) for name, value in self.filters.pairs if name not in self.options]

    @property
    def query(self) -> str:
        """The URL query under which /api/reports gives the same rows; of a list, all of them."""
        places = {parameter.name for parameter in self.report.parameters if parameter.is_place}
        groups = [("group_by", ",".join(self.groups))] if self.report.groups else []
        options = [(name, f"{value}") for name, value in self.options.items() if name not in places]
        return urlencode([*self.filter_pairs, *groups, *options])

    def contents(self, columns: Sequence[str]) -> dict[str, Content | None]:
        """What columns of its answer hold, in this order; None of what nobody has declared."""
        groups = self.groups if self.report.groups else ()
        grouped = {name: GROUPS[name].holds for name in groups}
        own = {**grouped, **self.report.columns}
        return {name: own[name] if name in own else held_by_column(name) for name in columns}

    @property
    def lead_id(self) -> int | None:
        """Of the lead that it is about, where it is about one."""
        is_of_one = any(one.name == "lead_id" for one in self.report.parameters)
        return self.options.get("lead_id", 0) if is_of_one else None

    def _filtered(self, asked: str) -> str:
        return asked.replace(_ALL_LEADS, self._picked()).replace(_ALL_DELIVERIES, _received())

    def _picked(self) -> str:
        where = "\n        and ".join(self.filters.conditions())
        if self.filters.model is None:
            # Read again for each use: a copy of so many leads would not fit into memory. Where each
            # is joined with its model, a copy is the lesser evil.
            return f"picked as not materialized (\n    from leads\n    where {where}\n)"
        of_model = _listing(_OF_MODEL[self.filters.model])
        return (
            f"of_model as (\n{of_model}\n),\n\npicked as (\n    from of_model\n    where {where}\n)"
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: column names, and rows of plain Python values in that order."""

    question: Question
    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]

    def column(self, name: str) -> list[Any]:
        index = self.columns.index(name)
        return [row[index] for row in self.rows]

    def records(self) -> list[dict[str, Any]]:
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


def ask(
    db: DuckDBPyConnection, question: Question, tables: Mapping[str, str] = MappingProxyType({})
) -> Answer:
    """All rows at once. `tables`: where parts of it are read from, by their names."""
    sql = question.reading(tables)
    cursor = db.execute(sql, question.bound(sql))
    return Answer(question, _columns(cursor), cursor.fetchall())


def ask_in_batches(
    db: DuckDBPyConnection, question: Question
) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
    """The same for any number of rows, some thousands at a time."""
    reader = db.execute(question.sql, question.parameters).to_arrow_reader(_BATCH)
    return reader.schema, iter(reader)


@cache
def _put_together(path: str) -> str:
    """The statement with what it shares with others, `sql/reports/parts/<name>`, in its place."""
    return _PART.sub(lambda found: _put_together(f"reports/parts/{found[1]}"), _listing(path))


@cache
def _listing(path: str) -> str:
    """The statement, filled in with what it names of the list of parameters."""
    return rendered(path, **_LISTED)


def _columns(cursor: DuckDBPyConnection) -> tuple[str, ...]:
    return tuple(column[0] for column in cursor.description or ())


def _received() -> str:
    return f"received as not materialized (\n{statement('picking/received')}\n)"
