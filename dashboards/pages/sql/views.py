"""`/sql`: an editor, and the rows of what was written there. A form that is posted, so it works
without scripts; with them, Ctrl-Enter runs it and a click puts a name where the cursor is."""

import json
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from itertools import groupby
from typing import Any
from urllib.parse import parse_qsl

from flask import Blueprint, Response, current_app, make_response, request

from analytics.examples import EXAMPLES
from analytics.sql_sandbox.sandbox import NoSuchFile, NotAnswered, SandboxAnswer
from analytics.statements import rendered, statement, written_out
from dashboards.access.audit import Action, AuditFilter, read_audit
from dashboards.access.gate import current_gate, current_reader, require_user
from dashboards.access.roles import SHARING
from dashboards.api.exports import FORMATS
from dashboards.api.sql import answer_as_file, export_named
from dashboards.api.sql_files import rows_in
from dashboards.api.sql_problems import PROBLEMS, SqlProblem, problem_of
from dashboards.api.sql_room import SqlRoom, sql_room
from dashboards.page.charts import Chart
from dashboards.pages.sql.chart import KINDS, chart_of
from dashboards.slice.bad_query import BadQuery
from dashboards.web.reader_request import ReaderContext, current_reader_context, render

sql_page = Blueprint("sql_page", __name__)

PATH = "/sql"
_MOST_SHOWN = 500
_MOST_REMEMBERED = 50
_DAYS_OF_EXAMPLES = 30
_EXTENSION = "sql_tables"


@dataclass(frozen=True, slots=True)
class SqlTable:
    """A table of the keyed file. `columns`: name, type and what it is."""

    name: str
    comment: str
    columns: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class SqlResult:
    """The first rows, as texts."""

    columns: list[str]
    rows: list[list[str]]
    answer: SandboxAnswer
    chart: Chart | None = None

    @property
    def keyed_at(self) -> datetime | None:
        return _moment(self.answer, "keyed_at")

    @property
    def received_at(self) -> datetime | None:
        return _moment(self.answer, "last_received_at")

    @property
    def is_shown_in_part(self) -> bool:
        return len(self.rows) < self.answer.rows


@sql_page.get(PATH)
def show_editor() -> Response:
    """A link may bring a statement along, which waits to be run."""
    require_user()
    return _page(sql_room())


@sql_page.post(PATH)
def run_editor() -> Response:
    """With `format`, the rows as a file; with `summarize`, what the columns of a table hold; else
    the rows on the page. Raises `TooBusy`, `BadQuery`."""
    require_user()
    room, texts = sql_room(), current_reader_context().texts
    if table := request.form.get("summarize"):
        return _summary(room, table)
    try:
        parameters = _parameters(request.form.get("parameters", ""))
    except ValueError:
        return _page(room, SqlProblem(HTTPStatus.BAD_REQUEST, texts("sql.bad_parameters")))
    try:
        with ExitStack() as stack:
            answer = stack.enter_context(room.answer(request.form.get("sql", ""), parameters))
            if request.form.get("format"):
                return answer_as_file(stack, answer, export_named(request.form["format"]))
            return _page(room, result=_result(answer))
    except PROBLEMS as error:
        return _page(room, problem_of(error, texts))


def _summary(room: SqlRoom, name: str) -> Response:
    """A statement of ours, so it passes no gate. Raises `TooBusy`, `BadQuery`."""
    texts = current_reader_context().texts
    known = [table.name for table in _tables(room, texts.language)]
    if name not in known:
        raise BadQuery("bad_query.value", tuple(known), name="summarize", value=name)
    summed_up = written_out(rendered("sandbox/summarize", table=name), {}).strip()
    try:
        with room.answer(summed_up, {}, gated=False) as answer:
            return _page(room, result=_result(answer))
    except PROBLEMS as error:
        return _page(room, problem_of(error, texts))


def _page(
    room: SqlRoom, problem: SqlProblem | None = None, result: SqlResult | None = None
) -> Response:
    context = current_reader_context()
    page = render(
        "sql/editor.html",
        context,
        sql=request.values.get("sql", ""),
        parameters=request.values.get("parameters", ""),
        chart_kind=request.values.get("chart", ""),
        chart_kinds=KINDS,
        examples=_examples(context),
        formats=[name for name in FORMATS if name != "json"],
        tables=_tables(room, context.texts.language),
        may_share=current_reader().role in SHARING,
        problem=problem,
        result=result,
        history=_history(),
    )
    return make_response(page, 200 if problem is None else problem.status)


def _parameters(written: str) -> dict[str, object]:
    """Raises `ValueError`."""
    found = json.loads(written) if written.strip() else {}
    if not isinstance(found, dict):
        raise ValueError("no object")
    return found


def _result(answer: SandboxAnswer) -> SqlResult:
    rows: list[list[str]] = []
    for batch in rows_in(answer):
        rows += [[_text(value) for value in row] for row in batch[: _MOST_SHOWN - len(rows)]]
    kind, texts = request.form.get("chart", ""), current_reader_context().texts
    chart = chart_of(answer, kind, texts) if kind else None
    return SqlResult(list(answer.schema.names), rows, answer, chart)


def _examples(context: ReaderContext) -> list[tuple[str, str]]:
    """What they ask, and their SQL of the last days; those alone that need no persons."""
    last, zone = context.today, context.timezone
    first = last - timedelta(days=_DAYS_OF_EXAMPLES - 1)
    return [
        (example.title.written_in(context.texts.language), example.over_days(first, last, zone))
        for example in EXAMPLES
        if not example.needs_persons
    ]


def _moment(answer: SandboxAnswer, name: str) -> datetime | None:
    written = answer.about.get(name)
    return None if written is None else datetime.fromisoformat(written)


def _history() -> list[tuple[datetime, str]]:
    """Of who reads, the newest first, as the audit has them: long numbers are masked."""
    own = AuditFilter(current_reader().name, (Action.SQL_RUN,))
    with current_gate().access.reading() as db:
        records = read_audit(db, None, _MOST_REMEMBERED, own)
    entries = [record.entry for record in records]
    return [(entry.at, dict(parse_qsl(entry.query)).get("sql", "")) for entry in entries]


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _tables(room: SqlRoom, language: str) -> list[SqlTable]:
    """Of the file there is now: read once for each."""
    path = room.sandbox.path
    kept = current_app.extensions.setdefault(_EXTENSION, {})
    try:
        made_at = path.stat().st_mtime_ns
        if kept.get("made_at") != made_at:
            sql = statement("reports/data/catalogue")
            with room.sandbox.answer(sql, gated=False) as answer:
                rows = [row for batch in answer.batches() for row in batch.to_pylist()]
            kept.update(made_at=made_at, rows=rows)
    except (OSError, NoSuchFile, NotAnswered):
        return []
    by_name = groupby(kept["rows"], lambda row: str(row["table_name"]))
    return [_table(name, list(rows), f"comment_{language}") for name, rows in by_name]


def _table(name: str, rows: list[dict[str, Any]], comment: str) -> SqlTable:
    own, *columns = rows
    described = ((str(one["column_name"]), str(one["data_type"]), one[comment]) for one in columns)
    return SqlTable(name, own[comment] or "", tuple((a, b, c or "") for a, b, c in described))


def sql_problem_page(error: Exception) -> Response:
    context = current_reader_context()
    problem = problem_of(error, context.texts)
    title = context.texts("sql.title")
    page = render("problem.html", context, title=title, text=problem.text)
    return make_response(page, problem.status)


for known_problem in PROBLEMS:
    sql_page.register_error_handler(known_problem, sql_problem_page)
