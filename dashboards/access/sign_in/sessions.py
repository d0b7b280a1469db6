"""Sessions: a signed cookie with the user's name. Only the signing key is stored.

Not Flask's `session`: that belongs to the whole application, and one that also receives webhooks
must neither read cookies there nor depend on `state.sqlite`.
"""

import hashlib
import secrets
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta

from flask import Request, Response
from itsdangerous import BadData, URLSafeSerializer

from dashboards.access.live_sessions import is_ended, session_id_of
from dashboards.access.people import User, find_user
from dashboards.access.roles import Reader
from dashboards.access.state import AccessStore
from dashboards.web.reader_request import cookie_path

COOKIE = "calltouch_session"
LASTS = timedelta(days=14)
_PURPOSE = "calltouch session"


@dataclass(frozen=True, slots=True)
class Session:
    """`name`: None before signing in. `form_token`: expected in forms of this session.

    `began_at`: in seconds since 1970.
    """

    name: str | None
    generation: str
    form_token: str
    began_at: int

    @property
    def session_id(self) -> str:
        return session_id_of(self.form_token)


def begin_session(now: datetime, user: User | None = None) -> Session:
    token = secrets.token_urlsafe(24)
    name, generation = (user.name, user.generation) if user else (None, "")
    return Session(name, generation, token, int(now.timestamp()))


def read_session(access: AccessStore, request: Request) -> Session | None:
    """The session in the cookie, if signed by us and not too old."""
    cookie = request.cookies.get(COOKIE)
    if not cookie:
        return None
    try:
        session = Session(*sealer(access, _PURPOSE).loads(cookie))
    except BadData:
        return None
    age = access.clock().timestamp() - session.began_at
    return session if age < LASTS.total_seconds() else None


def reader_in(access: AccessStore, session: Session | None) -> Reader | None:
    """Who signed in, if still allowed."""
    if session is None or session.name is None:
        return None
    with access.reading() as db:
        user = find_user(db, session.name)
        ended = is_ended(db, session.session_id)
    if user is None or user.generation != session.generation or ended:
        return None
    return user.reader


def seal_session(access: AccessStore, session: Session) -> str:
    """The value for the cookie."""
    return sealer(access, _PURPOSE).dumps(astuple(session))


def write_session(
    access: AccessStore, request: Request, response: Response, session: Session
) -> Response:
    """Set the cookie."""
    response.set_cookie(
        COOKIE,
        seal_session(access, session),
        max_age=LASTS,
        path=cookie_path(),
        secure=request.is_secure,
        httponly=True,
        samesite="Lax",
    )
    return response


def end_session(request: Request, response: Response) -> Response:
    """Delete the cookie."""
    response.delete_cookie(
        COOKIE, path=cookie_path(), secure=request.is_secure, httponly=True, samesite="Lax"
    )
    return response


def sealer(access: AccessStore, purpose: str) -> URLSafeSerializer:
    """A value signed for one purpose is not valid for another."""
    options = {"key_derivation": "hmac", "digest_method": hashlib.sha256}
    return URLSafeSerializer(access.session_key(), salt=purpose, signer_kwargs=options)
