"""`/api/reports/<name>`: the rows of a report, the same that a page shows, all of them.

In JSON, CSV, CSV for Excel, XLSX or Parquet. Any number of rows is sent as it is read.

The zone of the days is in `filters` and in the header X-Calltouch-Timezone. While the store is
being rebuilt for another zone, it is that of the published file; `rebuilding` and the header
X-Calltouch-Rebuilding name what differs.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC

from flask import Blueprint, Response, jsonify, request, stream_with_context
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from analytics.reports.asking import Question
from analytics.reports.filters import KEYS
from analytics.reports.groups import GROUPS, UnknownGroup, read_groups
from analytics.reports.registry import REPORTS, UnknownReport, report_named
from analytics.reports.report import Report
from dashboards.access.gate import current_reader
from dashboards.access.notes import note_exported, note_shown
from dashboards.api.exports import FORMATS, Export
from dashboards.api.rows import open_rows
from dashboards.page.freshness import read_freshness
from dashboards.page.from_url import read_options, read_slice
from dashboards.page.known import opened
from dashboards.slice.bad_query import BadQuery
from dashboards.slice.conditions import GROUPS as ANY_OF
from dashboards.slice.conditions import condition_in
from dashboards.slice.slice import NAMES, Slice
from dashboards.web.reader_request import ReaderContext

api = Blueprint("api", __name__, url_prefix="/api")

_ALWAYS = ("format", "group_by", "lang")


@api.get("/reports/<name>")
def report(name: str) -> ResponseReturnValue:
    """Raises `BadQuery`, `NoDeliveries`, `NotPublished`."""
    known, export = _report(name), _export()
    _refuse_unknown(known)
    if request.args.get("as_of") and not known.has_history:
        raise BadQuery("bad_query.no_history", name=name)
    with ExitStack() as stack:
        db, reader_context = stack.enter_context(opened(request.args))
        freshness = read_freshness(db)
        reader = current_reader()
        about = read_slice(db, reader_context, reader, request.args)
        question = _question(known, about, reader_context)
        note = note_shown if export.name == "json" else note_exported
        rows = stack.enter_context(open_rows(db, question, reader, note))
        head = {"report": name, "filters": understood(question), "freshness": freshness}
        if reader_context.as_of:
            head["as_of"] = reader_context.as_of.astimezone(UTC)
        if reader_context.outdated:
            head["rebuilding"] = reader_context.outdated
        pieces = export.write(rows, head, reader_context.formats.zone)
        held = stack.pop_all()
    response = _response(pieces, held, export, name)
    response.headers["X-Calltouch-Timezone"] = reader_context.timezone
    if reader_context.outdated:
        response.headers["X-Calltouch-Rebuilding"] = ", ".join(reader_context.outdated)
    return response


@api.get("/reports")
def reports() -> ResponseReturnValue:
    """What there is to ask."""
    return jsonify(
        reports=[
            {
                "report": known.name,
                "parameters": {option.name: option.default for option in known.parameters},
                "group_by": list(GROUPS) if known.groups else [],
            }
            for known in REPORTS
        ],
        filters=list(NAMES),
        conditions=list(KEYS),
        formats=list(FORMATS),
    )


def understood(question: Question) -> dict[str, object]:
    """The URL as it was understood; several values of a filter as a list."""
    filters = question.filters
    chosen = MultiDict(filters.condition_pairs()).to_dict(flat=False)
    groups = {"group_by": list(question.groups)} if question.report.groups else {}
    return {
        "from": f"{filters.first}",
        "to": f"{filters.last}",
        "timezone": question.timezone,
        "model": filters.model,
        **chosen,
        **groups,
        **question.options,
    }


def _question(known: Report, about: Slice, reader_context: ReaderContext) -> Question:
    options = read_options(known.parameters, request.args)
    try:
        groups = read_groups([name for name in request.args.getlist("group_by") if name])
    except UnknownGroup as error:
        raise BadQuery("bad_query.group", tuple(GROUPS), name=str(error)) from error
    return Question(known, about, reader_context.timezone, reader_context.now, groups, options)


def _report(name: str) -> Report:
    try:
        return report_named(name)
    except UnknownReport as error:
        names = [known.name for known in REPORTS]
        raise BadQuery("bad_query.report", names, name=name) from error


def _export() -> Export:
    name = request.args.get("format") or "json"
    if name not in FORMATS:
        raise BadQuery("bad_query.value", tuple(FORMATS), name="format", value=name)
    return FORMATS[name]


def _refuse_unknown(known: Report) -> None:
    names = (*NAMES, *(option.name for option in known.parameters), *_ALWAYS)
    for name in request.args:
        is_known = name in names or condition_in(name, ("", *ANY_OF)) is not None
        if not is_known or (name == "group_by" and not known.groups):
            raise BadQuery("bad_query.name", names, name=name)


def _response(pieces: Iterator[bytes], held: ExitStack, export: Export, name: str) -> Response:
    response = Response(stream_with_context(pieces), content_type=export.content_type)
    response.call_on_close(held.close)
    if export.name != "json":
        filename = f"{name}.{export.ending}"
        response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response
