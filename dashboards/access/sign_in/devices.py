"""Browsers in which a user has signed in before, recognised by a signed cookie.

The cookie grants no access: it only separates their sign-in attempts from those of strangers.
"""

import secrets
from datetime import timedelta

from flask import Request, Response
from itsdangerous import BadData

from dashboards.access.sign_in.sessions import sealer
from dashboards.access.state import AccessStore

COOKIE = "calltouch_device"
_LASTS = timedelta(days=365)
_PURPOSE = "calltouch device"


def device_of(access: AccessStore, request: Request, name: str) -> str | None:
    """Identifies this browser, if this user has signed in here."""
    try:
        user, device = sealer(access, _PURPOSE).loads(request.cookies.get(COOKIE, ""))
    except (BadData, TypeError, ValueError):
        return None
    return str(device) if user == name else None


def remember_device(
    access: AccessStore, request: Request, response: Response, name: str
) -> Response:
    """Remember that this user has signed in here."""
    response.set_cookie(
        COOKIE,
        sealer(access, _PURPOSE).dumps([name, secrets.token_urlsafe(12)]),
        max_age=_LASTS,
        path=f"{request.script_root}/sign-in",
        secure=request.is_secure,
        httponly=True,
        samesite="Lax",
    )
    return response
