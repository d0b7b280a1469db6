"""`/flows/new`, `/flows/<name>/edit`: the editor of flows, over the same files as the commands.

Every button of the editor saves first: nobody loses what he has typed by taking a sample.
"""

from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import urlencode

from flask import Blueprint, Response, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest

from dashboards.access.audit import Action
from dashboards.access.gate import audit, current_reader, require_admin, require_personal
from dashboards.access.refusals import refuse
from dashboards.pages.flow_editor.desk import (
    DefinitionChanged,
    EditorRefusal,
    FlowEditor,
    NoSuchDefinition,
    current_flow_editor,
)
from dashboards.pages.flow_editor.posted import PostedEdit, read_edit
from dashboards.pages.flow_editor.showing import EditorQuery, show_editor
from dashboards.pages.flows.page import PAGE as FLOWS
from dashboards.web.reader_request import current_reader_context, render

flow_editor = Blueprint("flow_editor", __name__, url_prefix="/flows")

_LONGEST_NUMBER = 18


@flow_editor.errorhandler(NoSuchDefinition)
def no_such_definition(error: NoSuchDefinition) -> Response:
    english = "there is no flow of this name"
    return refuse(404, "flow_editor.none_title", "flow_editor.none", english)


@flow_editor.errorhandler(EditorRefusal)
def cannot_be_done(error: EditorRefusal) -> Response:
    """Where no page can say it in its place."""
    text = current_reader_context().texts(error.obstacle, **error.values)
    page = render(
        "problem.html",
        current_reader_context(),
        title=current_reader_context().texts("flow_editor.not_done"),
        text=text,
    )
    return make_response(page, HTTPStatus.UNPROCESSABLE_ENTITY)


@flow_editor.get("/new")
def show_new() -> str:
    require_admin()
    return _new_page()


@flow_editor.post("/new")
def make() -> ResponseReturnValue:
    reader = require_admin()
    name = request.form.get("name", "").strip()
    template = request.form.get("template", "")
    try:
        current_flow_editor().make(name, template, reader.name)
    except EditorRefusal as refusal:
        problem = current_reader_context().texts(refusal.obstacle, **refusal.values)
        return _new_page(name, template, problem), HTTPStatus.UNPROCESSABLE_ENTITY
    audit(Action.FLOW_MADE, name)
    return redirect(url_for(".show_edit", name=name), HTTPStatus.SEE_OTHER)


@flow_editor.get("/<name>/edit")
def show_edit(name: str) -> str:
    require_personal()
    return show_editor(current_flow_editor(), name, _query())


@flow_editor.get("/<name>/newest")
def newest(name: str) -> Response:
    """Whether something has come behind that operation: 200, else 204. Asked by a script."""
    require_personal()
    after = _number(request.args.get("after", "0"))
    came = current_flow_editor().newest_operation(name) > after
    return make_response("", HTTPStatus.OK if came else HTTPStatus.NO_CONTENT)


@flow_editor.post("/<name>/edit")
def edit(name: str) -> ResponseReturnValue:
    """The form has what the editor shows, and `do`, what the button says."""
    require_admin()
    desk = current_flow_editor()
    file, seen = desk.file(name), request.form.get("seen", "")
    query = _query()
    try:
        posted = read_edit(file, request.form)
    except EditorRefusal as refusal:
        page = show_editor(desk, name, query, refusal)
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        if posted.is_changed:
            desk.save(name, seen, posted.text)
            audit(Action.FLOW_EDITED, name)
            seen = desk.file(name).seen
        return _ACTIONS.get(posted.action, _saved)(desk, name, posted, seen)
    except DefinitionChanged:
        page = show_editor(desk, name, query, yours=posted.text if posted.is_changed else "")
        return page, HTTPStatus.CONFLICT
    except EditorRefusal as refusal:
        page = show_editor(desk, name, query, refusal)
        return page, HTTPStatus.UNPROCESSABLE_ENTITY


def _saved(desk: FlowEditor, name: str, posted: PostedEdit, seen: str) -> ResponseReturnValue:
    return _to_editor(name, "flow-head", done="saved")


def _viewed(desk: FlowEditor, name: str, posted: PostedEdit, seen: str) -> ResponseReturnValue:
    return _to_editor(name, "definition", view=posted.argument)


def _added(desk: FlowEditor, name: str, posted: PostedEdit, seen: str) -> ResponseReturnValue:
    return _to_editor(name, f"step-{posted.text.count('[[steps]]')}")


def _moved(desk: FlowEditor, name: str, posted: PostedEdit, seen: str) -> ResponseReturnValue:
    by = {"up": 0, "down": 2}.get(posted.action, 1)
    return _to_editor(name, f"step-{max(int(posted.argument) + by, 1)}")


def _sampled(desk: FlowEditor, name: str, posted: PostedEdit, seen: str) -> ResponseReturnValue:
    """The last delivery of the day, else the page waits for the next one."""
    newest_before = desk.newest_operation(name)
    if desk.take_sample(name, 0):
        return _to_editor(name, "sample", done="sampled")
    return _to_editor(name, "sample", wait=newest_before)


def _awaited(desk: FlowEditor, name: str, posted: PostedEdit, seen: str) -> ResponseReturnValue:
    return _to_editor(name, "sample", wait=desk.newest_operation(name))


def _tried(desk: FlowEditor, name: str, posted: PostedEdit, seen: str) -> ResponseReturnValue:
    return _to_editor(name, "trial", show="try")


def _compared(desk: FlowEditor, name: str, posted: PostedEdit, seen: str) -> ResponseReturnValue:
    return _to_editor(name, "switch-on", show="on")


def _started(desk: FlowEditor, name: str, posted: PostedEdit, seen: str) -> ResponseReturnValue:
    # What came since the page was made was not asked about, and is run.
    runs_held = request.form.get("held") != "drop"
    desk.switch_on(name, seen, runs_held, current_reader().name)
    audit(Action.FLOW_STARTED, name)
    return _to_editor(name, "flow-head", done="started")


def _stopped(desk: FlowEditor, name: str, posted: PostedEdit, seen: str) -> ResponseReturnValue:
    desk.stop(name, current_reader().name)
    audit(Action.FLOW_STOPPED, name)
    return _to_editor(name, "flow-head", done="stopped")


def _rotated(desk: FlowEditor, name: str, posted: PostedEdit, seen: str) -> ResponseReturnValue:
    desk.rotate_key(name, current_reader().name)
    audit(Action.FLOW_KEY_REPLACED, name)
    return _to_editor(name, "address", done="rotated")


_ACTIONS: dict[str, Callable[[FlowEditor, str, PostedEdit, str], ResponseReturnValue]] = {
    "view": _viewed,
    "add": _added,
    "up": _moved,
    "down": _moved,
    "remove": _moved,
    "sample": _sampled,
    "wait": _awaited,
    "try": _tried,
    "on": _compared,
    "start": _started,
    "stop": _stopped,
    "rotate": _rotated,
}


def _query() -> EditorQuery:
    args = request.args
    view = request.form.get("view") or args.get("view", "form")
    wait = args.get("wait")
    return EditorQuery(
        is_text=view == "text",
        show=args.get("show", ""),
        done=args.get("done", ""),
        wait=None if wait is None else _number(wait),
    )


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal()) or len(text) > _LONGEST_NUMBER:
        raise BadRequest("a number was expected")
    return int(text)


def _to_editor(name: str, anchor: str, **query: str | int) -> Response:
    """By GET; in the view that the form was in."""
    if "view" not in query and request.form.get("view") == "text":
        query["view"] = "text"
    address = url_for(".show_edit", name=name)
    asked = f"?{urlencode(query)}" if query else ""
    return make_response(redirect(f"{address}{asked}#{anchor}", HTTPStatus.SEE_OTHER))


def _new_page(name: str = "", template: str = "", problem: str = "") -> str:
    return render(
        "flow_editor/new.html",
        current_reader_context(),
        page=FLOWS,
        name=name,
        chosen=template,
        problem=problem,
        offered=current_flow_editor().templates(),
        definitions=current_flow_editor().definitions(),
    )
