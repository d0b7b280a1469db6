"""Access pages: signing in and out, and the first user."""

from functools import partial

from flask import Blueprint, Response, after_this_request, make_response, redirect, request
from flask.typing import ResponseReturnValue

from dashboards.access.audit import Action
from dashboards.access.gate import (
    audit,
    current_gate,
    current_reader,
    keep_session,
    open_to_all,
    shown_to,
    signed_in_reader,
)
from dashboards.access.people import InvalidUserName, User, end_sessions, has_users
from dashboards.access.refusals import LinkUsed, NotSetUp
from dashboards.access.roles import Audience
from dashboards.access.sign_in.devices import device_of, remember_device
from dashboards.access.sign_in.links import is_set_up_code
from dashboards.access.sign_in.passwords import LEAST_CHARACTERS, WeakPassword
from dashboards.access.sign_in.sessions import begin_session, end_session
from dashboards.access.sign_in.views import check_password, enter, make_first_user, name_or_none
from dashboards.access.web_request import only_looks_ahead, where_to_go
from dashboards.web.reader_request import current_reader_context, render

pages = Blueprint("access", __name__)


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
