"""A question put to the published file: a report, its filters, and the rows that answer it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

import pyarrow as pa
from duckdb import DuckDBPyConnection

from analytics.parameters import PARAMETERS, TRAFFIC_COLUMNS
from analytics.privacy.columns import held_by_column
from analytics.privacy.holds import Content
from analytics.reports.compared_names import base_of
from analytics.reports.filters import FILTERS, Filters
from analytics.reports.groups import DEFAULT_GROUPS, GROUPS
from analytics.reports.parameters import RECOVERY_HOURS, SORT
from analytics.reports.parts import SharedPart
from analytics.reports.reach import pairs_read_by
from analytics.reports.registry import report_named
from analytics.reports.report import Report
from analytics.statements import bound_names, rendered, statement, written_out

_BATCH = 2000
_LISTED: Mapping[str, Any] = {
    "documented": tuple(PARAMETERS.values()),
    "traffic_columns": [column.name for column in TRAFFIC_COLUMNS],
    "filters": [known for known in FILTERS if known.has_values],
}
"""What the SQL of a report may name of the registers."""


@dataclass(frozen=True)
class Question:
    """`options`: values of the report's own parameters, where not the defaults. `now`: an instant;
    what happened later than it is nothing to a report that looks back from it. `columns`: those
    that are to be given, in this order; all of them where none is named."""

    report: Report
    filters: Filters
    timezone: str
    now: datetime
    groups: tuple[str, ...] = DEFAULT_GROUPS
    options: Mapping[str, Any] = field(default_factory=dict)
    columns: tuple[str, ...] = ()

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
    def kept_parts(self) -> tuple[SharedPart, ...]:
        """The shared parts that it reads."""
        is_narrowed = bool(self.filters.conditions())
        return tuple(one for one in self.report.keeps if is_narrowed or not one.of_narrowed)

    def part(self, part: SharedPart) -> str:
        """The SQL of a part that it shares, alone."""
        shared = self._shared({})
        about = shared["received" if part.of_deliveries else "picked"]
        sql = shared["part"](part.name)
        return rendered("reports/part", picked_or_received=about, name=part.name, part=sql)

    def reading(self, tables: Mapping[str, str]) -> str:
        """The same as `sql`, with parts of it, by name, read from these tables."""
        return rendered(self.report.path, **self._shared(tables))

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
        """Its filters in a URL: those that it reads, without those of the same name as an option,
        such as `lead_id`: a report that has the option looks at nothing else."""
        read = pairs_read_by(self.report, self.filters)
        return [(name, value) for name, value in read if name not in self.options]

    @property
    def query(self) -> str:
        """The URL query under which /api/reports gives the same rows; of a list, all of them."""
        groups = [("group_by", ",".join(self.groups))] if self.report.groups else []
        options = [(name, f"{value}") for name, value in self.of_all_rows.options.items()]
        columns = [("columns", ",".join(self.columns))] if self.columns else []
        return urlencode([*self.filter_pairs, *groups, *options, *columns])

    @property
    def of_all_rows(self) -> "Question":
        """The same without a place in the list: of a list, all of it."""
        places = {parameter.name for parameter in self.report.parameters if parameter.is_place}
        options = {name: value for name, value in self.options.items() if name not in places}
        return replace(self, options=options)

    def gives_all(self, rows: int) -> bool:
        """Whether so many rows of its answer are the whole list."""
        most = self.options.get("top") or self.options.get("limit")
        left = self.of_all_rows.options
        places = {name for name in self.options.keys() - left if name not in ("top", "limit")}
        is_from_start = not any(self.options[name] for name in places)
        return is_from_start and (not most or rows < most)

    def contents(self, columns: Sequence[str]) -> dict[str, Content | None]:
        """What columns of its answer hold, in this order; None of what nobody has declared."""
        groups = self.groups if self.report.groups else ()
        grouped = {name: GROUPS[name].holds for name in groups}
        own = {**grouped, **self.report.columns}
        named = ((name, base_of(name)) for name in columns)
        return {name: own[base] if base in own else held_by_column(base) for name, base in named}

    @property
    def lead_id(self) -> int | None:
        """Of the lead that it is about, where it is about one."""
        is_of_one = any(one.name == "lead_id" for one in self.report.parameters)
        return self.options.get("lead_id", 0) if is_of_one else None

    def _shared(self, tables: Mapping[str, str]) -> dict[str, Any]:
        """What the templates of reports may name, besides the definitions."""
        model, unit = self.filters.model, self.options.get("unit")
        return {
            **_LISTED,
            "model": model,
            "unit": unit,
            "unit_start": rendered("reports/unit_start", unit=unit),
            "sort": self.options.get(SORT.name),
            "picked": picked(self.filters),
            "narrowed": bool(self.filters.conditions()),
            "received": statement("picking/received"),
            "part": lambda name: (
                rendered("reports/kept_part", name=name, table=tables[name])
                if name in tables
                else rendered(f"reports/parts/{name}", model=model, unit=unit)
            ),
            "groups": {name: GROUPS[name].sql for name in self.groups},
        }


def picked(filters: Filters) -> str:
    """SQL of the leads that a question is about, for a `with`."""
    return rendered(
        "picking/picked",
        model=filters.model,
        conditions=filters.conditions(),
        traffic_columns=_LISTED["traffic_columns"],
    )


def moment_of(filters: Filters, now: datetime) -> datetime:
    """What ends at a moment is asked as if it were that moment. `now` is in the configured zone."""
    return now if filters.until is None else filters.until.replace(tzinfo=now.tzinfo)


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


def _columns(cursor: DuckDBPyConnection) -> tuple[str, ...]:
    return tuple(column[0] for column in cursor.description or ())
