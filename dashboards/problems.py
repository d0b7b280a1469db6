"""What a reader sees in place of a page: why there is none, and what to do."""

import logging

import duckdb
from flask import Blueprint, Flask, Response, jsonify, make_response, request

from analytics.published_file import NotPublished, NotReachable, NotReadable
from dashboards.access.gate import current_reader
from dashboards.access.refusals import refuse_program
from dashboards.access.web_request import wants_json
from dashboards.page.freshness import NoDeliveries
from dashboards.page.known import NothingKnown
from dashboards.pages.flow_editor.desk import attached_flow_editor
from dashboards.slice.address import without_bad
from dashboards.slice.bad_query import BadQuery, NoSuchLead, NoSuchPage
from dashboards.web.admission import RETRY_AFTER_SECONDS, TooBusy
from dashboards.web.reader_request import asked_language, current_reader_context, render
from dashboards.web.settings import dashboards
from dashboards.wording.expectations import expected_text
from dashboards.wording.texts import Texts

log = logging.getLogger(__name__)

_LONGEST_REASON = 500
# Errors about a value quote it, so only their kind is shown and logged.
_OF_THE_FILE = (
    NotReadable,
    duckdb.IOException,
    duckdb.CatalogException,
    duckdb.OutOfMemoryException,
)


def handle_problems(blueprint: Blueprint) -> None:
    """A page for each problem that a view of the blueprint may run into."""
    blueprint.register_error_handler(BadQuery, bad_query)
    blueprint.register_error_handler(NoDeliveries, no_deliveries)
    blueprint.register_error_handler(NothingKnown, nothing_known)
    blueprint.register_error_handler(NoSuchLead, no_such_lead)
    blueprint.register_error_handler(NoSuchPage, no_such_page)
    blueprint.register_error_handler(NotPublished, no_deliveries)
    blueprint.register_error_handler(NotReadable, cannot_read)
    blueprint.register_error_handler(duckdb.Error, cannot_read)
    blueprint.register_error_handler(TooBusy, too_busy)
    blueprint.register_error_handler(500, broken)


def handle_outside(app: Flask) -> None:
    """The same for URLs of no page, in an application that serves nothing but the pages."""
    app.register_error_handler(404, not_found)


def bad_query(error: BadQuery) -> Response:
    if wants_json():
        why = Texts(asked_language())(error.key, **error.values)
        about = {} if error.parameter is None else {"parameter": error.parameter}
        return make_response(jsonify(error=why, **about, expected=error.expected), 400)
    reader_context = current_reader_context()
    texts = reader_context.texts
    why = texts(error.key, **error.values)
    expected = [expected_text(one, texts) for one in error.expected]
    left = without_bad(request.args, error) if request.method == "GET" else None
    page = render("bad_query.html", reader_context, why=why, expected=expected, left=left)
    return make_response(page, 400)


def no_deliveries(error: NoDeliveries | NotPublished) -> Response:
    """The way to the first delivery. It is a state, not a failure: the status is 200."""
    if wants_json():
        return refuse_program(503, "no deliveries yet")
    settings = dashboards().settings
    page = render(
        "waiting.html",
        current_reader_context(),
        webhook_urls=_webhook_urls(settings.receiver_url),
        has_secret=settings.has_secret,
        has_host="<host>" not in settings.receiver_url,
        makes_flows=attached_flow_editor() is not None and current_reader().is_admin,
    )
    return make_response(page)


def _webhook_urls(receiver: str) -> list[tuple[int, str]]:
    """By attribution model, the usual one first; without a secret."""
    first = receiver.rstrip("/") + "/webhook"
    return [(1, first), (0, f"{first}/last-touch")]


def nothing_known(error: NothingKnown) -> Response:
    """Before the first delivery. It is a state, not a failure."""
    if wants_json():
        return make_response(jsonify(error=str(error)), 404)
    reader_context = error.reader_context
    texts, formats = reader_context.texts, reader_context.formats
    title = texts("as_of.nothing_title", moment=formats.moment(reader_context.now))
    text = texts("as_of.nothing", moment=formats.moment(error.first_received_at))
    return make_response(render("problem.html", reader_context, title=title, text=text))


def no_such_lead(error: NoSuchLead) -> Response:
    if wants_json():
        return refuse_program(404, "there is no such lead")
    return make_response(_plain_problem("no_lead"), 404)


def no_such_page(error: NoSuchPage) -> Response:
    if wants_json():
        return refuse_program(404, "there is no such thing")
    return make_response(_plain_problem(error.key), 404)


def cannot_read(error: NotReadable | duckdb.Error) -> Response:
    is_of_file = isinstance(error, _OF_THE_FILE)
    reason = str(error)[:_LONGEST_REASON] if is_of_file else type(error).__name__
    log.error("the published file cannot be read: %s", reason)
    if wants_json():
        return refuse_program(503, reason)
    told = "not_reachable" if isinstance(error, NotReachable) else "not_open"
    page = render("not_open.html", current_reader_context(), told=told, reason=reason)
    return make_response(page, 503)


def too_busy(error: TooBusy) -> Response:
    if wants_json():
        response = refuse_program(503, "too many requests at once; try again")
    else:
        response = make_response(_plain_problem("busy"), 503)
    response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def not_found(error: Exception) -> Response:
    if wants_json():
        return refuse_program(404, "there is nothing at this address")
    return make_response(_plain_problem("not_found"), 404)


def broken(error: Exception) -> Response:
    if wants_json():
        return refuse_program(500, "this is a program error; its log has details")
    return make_response(_plain_problem("broken"), 500)


def _plain_problem(name: str) -> str:
    reader_context = current_reader_context()
    texts = reader_context.texts
    title, text = texts(f"problem.{name}_title"), texts(f"problem.{name}")
    return render("problem.html", reader_context, title=title, text=text)
