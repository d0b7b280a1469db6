"""Access pages: signing in and out, the first user, and the list of users."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from flask import Blueprint, Response, after_this_request, make_response, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest

from dashboards.access.audit import Action, AuditRecord, read_audit
from dashboards.access.gate import (
    audit,
    current_gate,
    current_reader,
    keep_session,
    open_to_all,
    require_admin,
    shown_to,
    signed_in_reader,
)
from dashboards.access.people import InvalidUserName, User, end_sessions, has_users, list_users
from dashboards.access.refusals import LinkUsed, NotSetUp
from dashboards.access.roles import Audience, Role
from dashboards.access.sign_in.devices import device_of, remember_device
from dashboards.access.sign_in.links import is_set_up_code
from dashboards.access.sign_in.passwords import LEAST_CHARACTERS, WeakPassword
from dashboards.access.sign_in.sessions import begin_session, end_session
from dashboards.access.sign_in.views import check_password, enter, make_first_user, name_or_none
from dashboards.access.tokens import Token, list_tokens
from dashboards.access.web_request import only_looks_ahead, where_to_go
from dashboards.web.reader_request import current_reader_context, render

pages = Blueprint("access", __name__)

_AUDIT_ROWS = 100
ROLES: Mapping[Role, str] = {
    Role.MANAGER: "roles.manager",
    Role.VIEWER: "roles.viewer",
    Role.ANALYST: "roles.analyst",
    Role.ADMIN: "roles.admin",
}
ACTIONS: Mapping[Action, str] = {
    Action.SHOWN: "actions.shown",
    Action.EXPORTED: "actions.exported",
    Action.RECORDING: "actions.recording",
    Action.SIGNED_IN: "actions.signed_in",
    Action.SIGN_IN_REFUSED: "actions.sign_in_refused",
    Action.SIGNED_OUT: "actions.signed_out",
    Action.DECIDED: "actions.decided",
    Action.REPLAYED: "actions.replayed",
    Action.USER_ADDED: "actions.user_added",
    Action.USER_REMOVED: "actions.user_removed",
    Action.PASSWORD_CHANGED: "actions.password_changed",
    Action.ROLE_CHANGED: "actions.role_changed",
    Action.TOKEN_CREATED: "actions.token_created",
    Action.TOKEN_REVOKED: "actions.token_revoked",
    Action.FLOW_MADE: "actions.flow_made",
    Action.FLOW_EDITED: "actions.flow_edited",
    Action.FLOW_STARTED: "actions.flow_started",
    Action.FLOW_STOPPED: "actions.flow_stopped",
    Action.FLOW_KEY_REPLACED: "actions.flow_key_replaced",
    Action.CALENDAR_CHANGED: "actions.calendar_changed",
    Action.VIEW_SAVED: "actions.view_saved",
    Action.VIEW_DELETED: "actions.view_deleted",
    Action.GUEST_LINK_MADE: "actions.guest_link_made",
    Action.GUEST_LINK_REVOKED: "actions.guest_link_revoked",
    Action.GUEST_OPENED: "actions.guest_opened",
    Action.SCHEDULE_MADE: "actions.schedule_made",
    Action.SCHEDULE_CHANGED: "actions.schedule_changed",
    Action.SCHEDULE_SENT: "actions.schedule_sent",
    Action.SCHEDULE_DELETED: "actions.schedule_deleted",
}


@dataclass(frozen=True, slots=True)
class AccessOverview:
    """`older`: where to continue in the access log; None at its end."""

    users: list[User]
    tokens: list[Token]
    audit: list[AuditRecord]
    older: int | None


@pages.get("/sign-in")
@open_to_all
def show_sign_in() -> ResponseReturnValue:
    if signed_in_reader():
        return redirect(where_to_go())
    with current_gate().access.reading() as db:
        if not has_users(db):
            raise NotSetUp
    return render("access/sign_in.html", current_reader_context())


@pages.post("/sign-in")
@open_to_all
def sign_in() -> ResponseReturnValue:
    gate, form = current_gate(), request.form
    name, password = form.get("name", ""), form.get("password", "")
    device = device_of(gate.access, request, name_or_none(name))
    user = check_password(gate.access, name, password, gate.client_address(request), device)
    if user is None:
        reader_context = current_reader_context()
        values = {"problem": reader_context.texts("sign_in.wrong"), "name": name}
        return render("access/sign_in.html", reader_context, **values), 403
    return _let_in(user, where_to_go())


@pages.post("/sign-out")
@partial(shown_to, Audience.MANAGERS)
def sign_out() -> Response:
    """Sign out everywhere: a copied cookie becomes useless too."""
    audit(Action.SIGNED_OUT)
    reader = current_reader()
    # A token may have the same name as a user.
    if not reader.is_token:
        with current_gate().access.reading() as db:
            end_sessions(db, reader.name)
    return end_session(request, _redirect(request.script_root + "/sign-in"))


@pages.get("/set-up/<code>")
@open_to_all
def show_set_up(code: str) -> str:
    _check_set_up_code(code)
    return _set_up_form()


@pages.post("/set-up/<code>")
@open_to_all
def set_up(code: str) -> ResponseReturnValue:
    gate, texts = current_gate(), current_reader_context().texts
    name, password = (request.form.get(field, "") for field in ("name", "password"))
    _check_set_up_code(code)
    if password != request.form.get("again"):
        return _set_up_form("again", texts("set_up.differ"), name), 422
    try:
        user = make_first_user(gate.access, code, name, password, gate.client_address(request))
    except InvalidUserName:
        return _set_up_form("name", texts("set_up.unfit_name"), name), 422
    except WeakPassword:
        problem = texts("set_up.unfit_password", least=LEAST_CHARACTERS)
        return _set_up_form("password", problem, name), 422
    if user is None:
        raise LinkUsed
    return _let_in(user, request.script_root + "/")


@pages.get("/enter/<code>")
@open_to_all
def enter_by_link(code: str) -> Response:
    gate = current_gate()
    if only_looks_ahead():
        return make_response("", 204)
    user = enter(gate.access, code, gate.client_address(request))
    if user is None:
        raise LinkUsed
    return _let_in(user, request.script_root + "/")


@pages.get("/access")
def show_access() -> str:
    require_admin()
    return render(
        "access/access.html",
        current_reader_context(),
        answers=_ask(_before()),
        roles=ROLES,
        actions=ACTIONS,
        me=current_reader(),
    )


def _ask(before: int | None) -> AccessOverview:
    with current_gate().access.reading() as db:
        noted = read_audit(db, before, _AUDIT_ROWS + 1)
        users, tokens = list_users(db), list_tokens(db)
    shown = noted[:_AUDIT_ROWS]
    older = shown[-1].audit_id if len(noted) > len(shown) else None
    return AccessOverview(users, tokens, shown, older)


def _before() -> int | None:
    text = request.args.get("before")
    if text is None:
        return None
    if not text.isdecimal() or len(text) > 18:
        raise BadRequest("before is a number")
    return int(text)


def _check_set_up_code(code: str) -> None:
    with current_gate().access.reading() as db:
        if not is_set_up_code(db, current_gate().access.clock(), code):
            raise LinkUsed


def _set_up_form(wrong: str | None = None, problem: str = "", name: str = "") -> str:
    """`wrong`: the invalid field."""
    return render(
        "access/set_up.html",
        current_reader_context(),
        wrong=wrong,
        problem=problem,
        name=name,
        least=LEAST_CHARACTERS,
    )


def _let_in(user: User, address: str) -> Response:
    access = current_gate().access
    keep_session(begin_session(access.clock(), user))
    after_this_request(lambda response: remember_device(access, request, response, user.name))
    return _redirect(address)


def _redirect(address: str) -> Response:
    """Redirect with GET, whatever the method was."""
    return make_response(redirect(address, 303))
