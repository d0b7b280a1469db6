"""`/access`: who may see what, for admins. Each act goes through `AccessActs`, as commands do."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, abort, make_response, redirect, request, url_for

from dashboards.access.acts import AccessActs
from dashboards.access.gate import current_gate, current_reader, current_session, only_admins
from dashboards.access.grants import UnfitGrant
from dashboards.access.live_sessions import list_sessions
from dashboards.access.people import NoSuchUser, User, existing_user, find_user, list_users
from dashboards.access.roles import Role
from dashboards.access.state import NotDone
from dashboards.access.tokens import list_tokens
from dashboards.pages.access.forms import GrantChoices, GrantForm, grant_choices
from dashboards.pages.access.wording import ROLES, problem_text, sees_text
from dashboards.web.reader_request import current_reader_context, render

access_pages = Blueprint("access_pages", __name__, url_prefix="/access")

_MOST_DAYS = 3650


access_pages.before_request(only_admins)


@contextmanager
def acting() -> Iterator[AccessActs]:
    """One transaction, in the name of the reader."""
    gate, reader = current_gate(), current_reader()
    with gate.access.changing() as db:
        address = gate.client_address(request)
        yield AccessActs(db, gate.access.clock(), reader.name, reader.role, address)


@access_pages.get("")
def people() -> str:
    return _people(GrantForm())


@access_pages.post("/users")
def add_user() -> Response:
    form = GrantForm.posted()
    try:
        with acting() as acts:
            name, code = acts.invite_user(form.name, form.grant())
    except NotDone as error:
        return _refused(_people(form, problem=_problem(error)))
    return make_response(_people(GrantForm(), invited=name, link=_link(code)))


@access_pages.get("/users/<name>")
def user(name: str) -> str:
    return _user(_existing(name))


@access_pages.post("/users/<name>/grant")
def set_grant(name: str) -> Response:
    form = GrantForm.posted()
    try:
        with acting() as acts:
            acts.set_grant(name, form.grant())
    except NotDone as error:
        return _refused(_user(_existing(name), form, problem=_problem(error)))
    return _to("user", name=name, told="changed")


@access_pages.post("/users/<name>/link")
def make_link(name: str) -> Response:
    existing = _existing(name)
    with acting() as acts:
        code = acts.make_link(name)
    return make_response(_user(existing, link=_link(code)))


@access_pages.post("/users/<name>/end")
def end_sessions(name: str) -> Response:
    _existing(name)
    with acting() as acts:
        acts.end_sessions(name)
    return _to("user", name=name, told="ended")


@access_pages.post("/users/<name>/remove")
def remove_user(name: str) -> Response:
    existing = _existing(name)
    try:
        with acting() as acts:
            acts.remove_user(name)
    except NotDone as error:
        return _refused(_user(existing, problem=_problem(error)))
    return _to("people", told="removed")


@access_pages.get("/tokens")
def tokens() -> str:
    return _tokens(GrantForm())


@access_pages.post("/tokens")
def create_token() -> Response:
    form = GrantForm.posted()
    try:
        days = _days()
        with acting() as acts:
            ends = None if days is None else acts.now + timedelta(days)
            name, token = acts.create_token(form.grant(), form.name.strip() or None, ends)
    except NotDone as error:
        return _refused(_tokens(form, problem=_problem(error)))
    return make_response(_tokens(GrantForm(), made=name, token=token))


@access_pages.post("/tokens/<name>/revoke")
def revoke_token(name: str) -> Response:
    try:
        with acting() as acts:
            acts.revoke_token(name)
    except NotDone:
        abort(HTTPStatus.NOT_FOUND)
    return _to("tokens", told="revoked")


@access_pages.get("/sessions")
def sessions() -> str:
    access = current_gate().access
    with access.reading() as db:
        found = list_sessions(db, access.clock())
    here = current_session()
    return _page("sessions", sessions=found, session_here=None if here is None else here.session_id)


@access_pages.post("/sessions/<session_id>/end")
def end_session(session_id: str) -> Response:
    try:
        with acting() as acts:
            acts.end_session(session_id)
    except NotDone:
        abort(HTTPStatus.NOT_FOUND)
    return _to("sessions", told="session_ended")


def _people(form: GrantForm, **values: Any) -> str:
    with current_gate().access.reading() as db:
        users = list_users(db)
    return _page("people", users=users, form=form, choices=grant_choices(), **values)


def _user(user: User, form: GrantForm | None = None, **values: Any) -> str:
    choices = grant_choices()
    access = current_gate().access
    with access.reading() as db:
        found = [one for one in list_sessions(db, access.clock()) if one.user == user.name]
    filled = form or GrantForm.of(user.name, user.grant, choices)
    return _page("user", user=user, form=filled, choices=choices, sessions=found, **values)


def _tokens(form: GrantForm, **values: Any) -> str:
    access = current_gate().access
    with access.reading() as db:
        found = list_tokens(db)
    choices: GrantChoices = grant_choices()
    now = access.clock()
    return _page("tokens", tokens=found, form=form, choices=choices, now=now, **values)


def _page(name: str, **values: Any) -> str:
    reader_context = current_reader_context()
    return render(
        f"access/{name}.html",
        reader_context,
        section="people" if name == "user" else name,
        roles=ROLES,
        token_roles=[role for role in ROLES if role is not Role.MANAGER],
        sees=lambda grant: sees_text(grant, reader_context.texts),
        me=current_reader(),
        told=request.args.get("told", "") if request.args.get("told") in _TOLD else "",
        **values,
    )


_TOLD = ("changed", "ended", "removed", "revoked", "session_ended")


def _existing(name: str) -> User:
    with current_gate().access.reading() as db:
        if find_user(db, name) is None:
            abort(HTTPStatus.NOT_FOUND)
        return existing_user(db, name)


def _days() -> int | None:
    """For how long a token is valid. Raises `UnfitGrant`."""
    written = request.form.get("days", "").strip()
    if not written:
        return None
    if not (written.isascii() and written.isdigit() and 1 <= int(written[:9]) <= _MOST_DAYS):
        raise UnfitGrant("access.bad_days", f"1 to {_MOST_DAYS} days")
    return int(written)


def _problem(error: NotDone) -> str:
    if isinstance(error, NoSuchUser):
        abort(HTTPStatus.NOT_FOUND)
    return problem_text(error, current_reader_context().texts)


def _link(code: str) -> str:
    return url_for("dashboards.access.enter_by_link", code=code, _external=True)


def _refused(page: str) -> Response:
    return make_response(page, HTTPStatus.UNPROCESSABLE_ENTITY)


def _to(view: str, told: str, **values: Any) -> Response:
    address = url_for(f"dashboards.access_pages.{view}", told=told, **values)
    return make_response(redirect(address, HTTPStatus.SEE_OTHER))
