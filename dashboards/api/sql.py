"""`POST /api/sql`: a SELECT of the reader's own over the keyed file, which has no persons.

`{"sql": "…", "parameters": {"d": "2026-11-01"}, "format": "json"}`; a browser's session needs the
form token in X-Form-Token besides, as every form does. How old the file is stands in every answer:
in JSON, and in the headers X-Calltouch-Keyed-At, -Last-Received-At, -Rows and -Truncated.
"""

from contextlib import ExitStack
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, jsonify, make_response, request, stream_with_context

from analytics.sql_sandbox.sandbox import SandboxAnswer
from dashboards.api.exports import FORMATS, Export
from dashboards.api.sql_files import pieces
from dashboards.api.sql_problems import PROBLEMS, problem_of
from dashboards.api.sql_room import sql_room
from dashboards.slice.bad_query import BadQuery
from dashboards.web.reader_request import asked_language
from dashboards.web.settings import dashboards
from dashboards.wording.texts import Texts

sql_api = Blueprint("sql_api", __name__, url_prefix="/api")

PATH = "/sql"
LONGEST_BODY = 256 << 10
_TAKES = ("sql", "parameters", "format")


@dataclass(frozen=True, slots=True)
class SqlWish:
    """What a program asks for. `select`: as it was written."""

    select: str
    parameters: dict[str, object]
    export: Export


@sql_api.post(PATH)
def run_sql() -> Response:
    """Raises `BadQuery`, `TooBusy`."""
    wish = _read_wish()
    with ExitStack() as stack:
        answer = stack.enter_context(sql_room().answer(wish.select, wish.parameters))
        return answer_as_file(stack, answer, wish.export)


def answer_as_file(stack: ExitStack, answer: SandboxAnswer, export: Export) -> Response:
    """What the stack holds is held until the last byte is sent."""
    zone = ZoneInfo(dashboards().settings.timezone)
    sent = stream_with_context(pieces(answer, export, zone))
    response = Response(sent, content_type=export.content_type)
    response.headers["X-Calltouch-Rows"] = str(answer.rows)
    response.headers["X-Calltouch-Truncated"] = "true" if answer.truncated else "false"
    for name, moment in answer.about.items():
        response.headers[f"X-Calltouch-{name.replace('_', '-').title()}"] = moment
    if export.name != "json":
        response.headers["Content-Disposition"] = f'attachment; filename="sql.{export.ending}"'
    response.call_on_close(stack.pop_all().close)
    return response


def sql_problem(error: Exception) -> Response:
    """In place of rows."""
    problem = problem_of(error, Texts(asked_language()))
    about: dict[str, object] = {"error": problem.text}
    if problem.position is not None:
        about["position"] = problem.position
    if problem.expected:
        about["expected"] = problem.expected
    return make_response(jsonify(about), problem.status)


for known_problem in PROBLEMS:
    sql_api.register_error_handler(known_problem, sql_problem)


def _read_wish() -> SqlWish:
    if (request.content_length or 0) > LONGEST_BODY:
        raise BadQuery("sql_problem.body", _TAKES)
    body = request.get_json(silent=True)
    if not isinstance(body, dict) or not set(body) <= set(_TAKES):
        raise BadQuery("sql_problem.body", _TAKES)
    select, parameters = body.get("sql"), body.get("parameters") or {}
    if not isinstance(select, str) or not isinstance(parameters, dict):
        raise BadQuery("sql_problem.body", _TAKES)
    return SqlWish(select, parameters, export_named(body.get("format") or "json"))


def export_named(name: object) -> Export:
    if name not in FORMATS:
        raise BadQuery("bad_query.value", tuple(FORMATS), name="format", value=str(name))
    return FORMATS[str(name)]
