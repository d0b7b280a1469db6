"""The gate before the pages: identifies the reader and turns away those without access.

A view asks `current_reader()` what it may show, and records with `audit()` what it is about to
show: what cannot be recorded is not shown.
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from flask import Blueprint, Flask, Request, after_this_request, current_app, g, request
from werkzeug.exceptions import HTTPException

from dashboards.access.audit import Action, AuditEntry, note
from dashboards.access.live_sessions import LiveSession, browser_of, note_used
from dashboards.access.people import has_users
from dashboards.access.refusals import BadForm, BadToken, NotAllowed, NotSetUp, SignInFirst
from dashboards.access.roles import Audience, Reader
from dashboards.access.sign_in.sessions import (
    Session,
    begin_session,
    read_session,
    reader_in,
    write_session,
)
from dashboards.access.state import AccessStore
from dashboards.access.tokens import reader_with
from dashboards.access.web_request import bearer_token

View = TypeVar("View", bound=Callable[..., Any])

_EXTENSION = "access"
_SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
_FORM_FIELD = "form_token"
_FORM_HEADER = "X-Form-Token"
_open_views: set[Callable[..., Any]] = set()
_audiences: dict[Callable[..., Any], Audience] = {}


def _peer_address(web_request: Request) -> str:
    return web_request.remote_addr or ""


@dataclass(frozen=True, slots=True)
class Gate:
    """One per application. `client_address`: of sign-in attempts and of the access log."""

    access: AccessStore
    client_address: Callable[[Request], str] = _peer_address

    def attach(self, app: Flask) -> None:
        app.extensions[_EXTENSION] = self


def current_gate() -> Gate:
    """The gate of the application that answers this web request."""
    attached = current_app.extensions[_EXTENSION]
    assert isinstance(attached, Gate)
    return attached


def open_to_all(view: View) -> View:
    """Mark a view that needs no reader because it shows no data."""
    _open_views.add(view)
    return view


def shown_to(audience: Audience, view: View) -> View:
    """Mark a view that readers with limited rights may use, because all that it shows comes from
    the file as they may see it. Any other view is for those who may see the leads of all."""
    _audiences[view] = audience
    return view


def put_gate_before(blueprint: Blueprint) -> None:
    """Runs before everything the blueprint serves. Its templates get `reader` (None on open pages)
    and `form_token()`, which every posted form must carry as a field of that name."""
    blueprint.before_request(require_reader)
    blueprint.context_processor(lambda: {"reader": g.get("reader"), "form_token": form_token})


def require_reader() -> None:
    """Identify the reader; raises the exceptions of refusals.py."""
    g.reader = None if is_open_to_all(_view()) else _find_reader()
    if g.reader is not None and not g.reader.is_among(audience_of(_view())):
        raise NotAllowed
    by_token = g.reader is not None and g.reader.is_token
    if request.method not in _SAFE_METHODS and not by_token:
        _check_form()


def current_reader() -> Reader:
    """The reader of this web request; not for open pages."""
    reader = g.reader
    assert isinstance(reader, Reader)
    return reader


def require_personal() -> Reader:
    """For views that only show personal data; raises `NotAllowed`."""
    if not current_reader().sees_personal:
        raise NotAllowed
    return current_reader()


def require_user() -> Reader:
    """For what people keep, and programs do not; raises `NotAllowed`."""
    if current_reader().is_token:
        raise NotAllowed
    return current_reader()


def require_admin() -> Reader:
    """Raises `NotAllowed`."""
    if not current_reader().is_admin:
        raise NotAllowed
    return current_reader()


def only_admins() -> None:
    """Before all views of a blueprint. Raises `NotAllowed`."""
    require_admin()


def audit(action: Action, report: str = "", query: str = "", rows: int | None = None) -> None:
    """Record what the reader is about to get; on disk when it returns.

    `query` without personal values. Raises `sqlite3.Error`: do not catch it, nothing may be shown
    then.
    """
    gate, reader = current_gate(), current_reader()
    address = gate.client_address(request)
    entry = AuditEntry(
        gate.access.clock(), reader.name, reader.role, action, report, query, rows, address
    )
    with gate.access.reading() as db:
        note(db, entry)


def current_session() -> Session | None:
    """The browser's session, signed in or not."""
    if "session" not in g:
        g.session = read_session(current_gate().access, request)
    session: Session | None = g.session
    return session


def keep_session(session: Session) -> None:
    """Set the session cookie with this answer."""
    g.session = session
    access = current_gate().access
    after_this_request(lambda response: write_session(access, request, response, session))


def form_token() -> str:
    """Distinguishes our forms from those of other sites: a field of the form, or a header."""
    reader: Reader | None = g.get("reader")
    if reader is not None and reader.is_token:
        return ""
    session = current_session()
    if session is None:
        session = begin_session(current_gate().access.clock())
        keep_session(session)
    return session.form_token


def signed_in_reader() -> Reader | None:
    """On an open page: who has signed in, if anyone."""
    return reader_in(current_gate().access, current_session())


def may_open(reader: Reader, path: str) -> bool:
    """Whether this reader may open what stands at a path of ours."""
    if not reader.is_limited:
        return True
    try:
        endpoint, _ = current_app.url_map.bind("").match(path)
    except HTTPException:
        return False
    return reader.is_among(audience_of(current_app.view_functions[endpoint]))


def audience_of(view: Callable[..., Any]) -> Audience:
    return _audiences.get(view, Audience.WHOLE)


def is_open_to_all(view: Callable[..., Any]) -> bool:
    return view in _open_views


def _view() -> Callable[..., Any]:
    return current_app.view_functions[request.endpoint or ""]


def _find_reader() -> Reader:
    access, token = current_gate().access, bearer_token()
    if token is None:
        reader = signed_in_reader()
        _note_session(reader)
    else:
        with access.reading() as db:
            reader = reader_with(db, access.clock(), token)
    if reader is not None:
        return reader
    if token is not None:
        raise BadToken
    with access.reading() as db:
        raise SignInFirst if has_users(db) else NotSetUp


def _note_session(reader: Reader | None) -> None:
    """That the session of this web request is in use."""
    session, gate = current_session(), current_gate()
    if reader is None or session is None:
        return
    now = gate.access.clock()
    began = datetime.fromtimestamp(session.began_at, UTC)
    address, browser = gate.client_address(request), browser_of(request.user_agent.string)
    used = LiveSession(session.session_id, reader.name, began, now, address, browser)
    with gate.access.reading() as db:
        note_used(db, used, session.generation)


def _check_form() -> None:
    session = current_session()
    given = request.form.get(_FORM_FIELD) or request.headers.get(_FORM_HEADER, "")
    if session is None or not hmac.compare_digest(given.encode(), session.form_token.encode()):
        raise BadForm
