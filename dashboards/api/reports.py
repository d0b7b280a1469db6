"""`/api/reports/<name>`: the rows of a report, the same that a page shows, all of them.

In JSON, CSV, CSV for Excel, XLSX, Parquet or Arrow. Any number of rows is sent as it is read, or
with `limit` so many of them and a link to the next ones. `/api/reports/<name>/sql` is the SQL that
gives them.

The zone of the days is in `filters` and in the header X-Calltouch-Timezone. While the store is
being rebuilt for another zone, it is that of the published file; `rebuilding` and the header
X-Calltouch-Rebuilding name what differs.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC
from functools import partial
from urllib.parse import urlencode

from flask import Blueprint, Response, jsonify, request, stream_with_context
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from analytics.reports.asking import Question, moment_of
from analytics.reports.filters import KEYS
from analytics.reports.groups import GROUPS
from analytics.reports.registry import REPORTS, UnknownReport, report_named
from analytics.reports.registry.limits import is_told_to_limited
from analytics.reports.report import Report
from analytics.statements import head_comment
from dashboards.access.disclosure import refuse_report
from dashboards.access.gate import current_reader, shown_to
from dashboards.access.notes import note_exported, note_shown
from dashboards.access.refusals import NotAllowed
from dashboards.access.roles import Audience
from dashboards.api.chart_register import CHARTS
from dashboards.api.exports import FORMATS, Export
from dashboards.api.parameters import (
    CURSOR,
    is_compared,
    next_pairs,
    of_slice,
    read_columns,
    read_group_by,
    read_language,
    read_limit,
    refuse_all_but,
    refuse_others,
)
from dashboards.api.rows import open_rows
from dashboards.page.freshness import read_freshness
from dashboards.page.from_url import read_options, read_slice
from dashboards.page.known import opened
from dashboards.slice.bad_query import BadQuery
from dashboards.slice.slice import NAMES, Slice
from dashboards.web.reader_request import ReaderContext

api = Blueprint("api", __name__, url_prefix="/api")

_LIST_TAKES = ("lang",)


@api.get("/reports/<name>")
@partial(shown_to, Audience.MANAGERS)
def report(name: str) -> ResponseReturnValue:
    """Raises `BadQuery`, `NoDeliveries`, `NotPublished`."""
    known, export = _report(name), _export()
    _refuse(known, export)
    refuse_others(known, request.args)
    limit, cursor = read_limit(request.args), request.args.get(CURSOR, "")
    with ExitStack() as stack:
        db, reader_context = stack.enter_context(opened(request.args))
        freshness = read_freshness(db)
        reader = current_reader()
        about = read_slice(db, reader_context, reader, of_slice(known, request.args))
        question = _question(known, about, reader_context)
        before = _before(question, about, reader_context)
        note = note_shown if export.name == "json" else note_exported
        rows = stack.enter_context(open_rows(db, question, reader, note, limit, cursor, before))
        following = _address(known, about, rows.cursor)
        head = {"report": name, "filters": understood(question, before), "freshness": freshness}
        if reader_context.as_of:
            head["as_of"] = reader_context.as_of.astimezone(UTC)
        if limit:
            head["next"] = following
        if reader_context.outdated:
            head["rebuilding"] = reader_context.outdated
        pieces = export.write(rows, head, reader_context.formats.zone)
        held = stack.pop_all()
    response = _response(pieces, held, export, name)
    response.headers["X-Calltouch-Timezone"] = reader_context.timezone
    if following is not None:
        response.headers["Link"] = f'<{following}>; rel="next"'
    if reader_context.outdated:
        response.headers["X-Calltouch-Rebuilding"] = ", ".join(reader_context.outdated)
    return response


@api.get("/reports/<name>/sql")
@partial(shown_to, Audience.SITES)
def question_of(name: str) -> Response:
    """The same question as SQL for any client of DuckDB, over the file as it is now. Raises
    `BadQuery`, `NoDeliveries`, `NotPublished`."""
    known = _report(name)
    _refuse(known, FORMATS["json"])
    refuse_others(known, request.args)
    with opened(request.args) as (db, reader_context):
        about = read_slice(db, reader_context, current_reader(), of_slice(known, request.args))
        written = _question(known, about, reader_context).written_out
    return Response(written, mimetype="text/plain")


@api.get("/reports")
@partial(shown_to, Audience.SITES)
def reports() -> ResponseReturnValue:
    """What there is to ask. Raises `BadQuery`."""
    refuse_all_but(_LIST_TAKES, request.args)
    read_language(request.args)
    return jsonify(
        reports=[
            {
                "report": known.name,
                "page": known.page,
                "answers": head_comment(known.path),
                "parameters": {option.name: option.default for option in known.parameters},
                "group_by": list(GROUPS) if known.groups else [],
                "has_history": known.has_history,
                "has_figure": known.name in CHARTS,
            }
            for known in REPORTS
            if is_told_to_limited(known) or not current_reader().is_limited
        ],
        filters=list(NAMES),
        conditions=list(KEYS),
        formats=list(FORMATS),
    )


def understood(question: Question, before: Question | None = None) -> dict[str, object]:
    """The URL as it was understood; several values of a filter as a list. `against`: the days that
    the rows are compared with."""
    against = {} if before is None else {"against": dict(before.filters.period_pairs)}
    filters = question.filters
    chosen = MultiDict(filters.condition_pairs()).to_dict(flat=False)
    groups = {"group_by": list(question.groups)} if question.report.groups else {}
    return {
        "from": f"{filters.first}",
        "to": f"{filters.last}",
        "timezone": question.timezone,
        "model": filters.model,
        **dict(filters.compared_pairs),
        **against,
        **chosen,
        **groups,
        **question.options,
    }


def _question(known: Report, about: Slice, reader_context: ReaderContext) -> Question:
    return Question(
        known,
        about,
        reader_context.timezone,
        reader_context.now,
        read_group_by(request.args),
        read_options(known.parameters, request.args),
        read_columns(request.args),
    )


def _before(question: Question, about: Slice, reader_context: ReaderContext) -> Question | None:
    """What is compared with, where the URL asks for it; None where there is nothing. Raises
    `BadQuery`."""
    if not is_compared(question.report, request.args):
        return None
    earlier = about.against(reader_context.now)
    if earlier is None:
        return None
    moment = moment_of(earlier, reader_context.now)
    return replace(question, filters=earlier, now=moment)


def _address(known: Report, about: Slice, cursor: str | None) -> str | None:
    """Of the page that begins at the cursor."""
    if cursor is None:
        return None
    pairs = next_pairs(known, about, request.args, cursor)
    return f"{request.script_root}{request.path}?{urlencode(pairs)}"


def _report(name: str) -> Report:
    try:
        return report_named(name)
    except UnknownReport as error:
        names = [known.name for known in REPORTS]
        raise BadQuery("bad_query.report", names, "report", name=name) from error


def _refuse(known: Report, export: Export) -> None:
    """A manager's page asks for what there is to choose from, and programs for nothing of theirs.
    Raises `NotAllowed`."""
    reader = current_reader()
    is_of_page = (known.name, export.name) == ("filter_values", "json")
    if not reader.takes_files and not is_of_page:
        raise NotAllowed
    refuse_report(known, reader)


def _export() -> Export:
    name = request.args.get("format") or "json"
    if name not in FORMATS:
        raise BadQuery("bad_query.value", tuple(FORMATS), name="format", value=name)
    return FORMATS[name]


def _response(pieces: Iterator[bytes], held: ExitStack, export: Export, name: str) -> Response:
    response = Response(stream_with_context(pieces), content_type=export.content_type)
    response.call_on_close(held.close)
    if export.name != "json":
        filename = f"{name}.{export.ending}"
        response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response
