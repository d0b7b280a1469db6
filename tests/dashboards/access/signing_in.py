"""Readers for tests: users without slow password hashing, and their browsers."""

from flask.testing import FlaskClient

from dashboards.access.people import add_user, find_user
from dashboards.access.roles import Role
from dashboards.access.sign_in.sessions import COOKIE, begin_session, seal_session
from dashboards.access.state import AccessStore
from dashboards.access.tokens import create_token

NO_PASSWORD = "!"


def session_cookie(access: AccessStore, role: Role = Role.ADMIN) -> str:
    """The session cookie of a user with this role, named after it."""
    with access.changing() as db:
        if find_user(db, role) is None:
            add_user(db, access.clock(), role, role, NO_PASSWORD)
        user = find_user(db, role)
    return seal_session(access, begin_session(access.clock(), user))


def sign_in(client: FlaskClient, access: AccessStore, role: Role = Role.ADMIN) -> FlaskClient:
    """Sign the client in as a user with this role; returns the same client."""
    client.set_cookie(COOKIE, session_cookie(access, role), httponly=True)
    return client


def bearer(
    access: AccessStore, role: Role = Role.VIEWER, name: str | None = None
) -> dict[str, str]:
    """The header of a program with a new token of this role."""
    with access.changing() as db:
        _, token = create_token(db, access.clock(), role, name)
    return {"Authorization": f"Bearer {token}"}
