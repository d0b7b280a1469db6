"""Passwords: scrypt, deliberately slow, and just as slow for unknown users."""

import secrets
import unicodedata
from functools import cache

from werkzeug.security import check_password_hash, generate_password_hash

from dashboards.access.state import NotDone

NO_PASSWORD = "!"
"""In the place of a hash: no password is right."""
LEAST_CHARACTERS = 10
MOST_CHARACTERS = 1000


class WeakPassword(NotDone):
    """Too short, or absurdly long."""


def hash_password(password: str) -> str:
    """Raises `WeakPassword`."""
    if not LEAST_CHARACTERS <= len(password) <= MOST_CHARACTERS:
        raise WeakPassword(f"a password needs at least {LEAST_CHARACTERS} characters")
    return generate_password_hash(_normal(password))


def is_right(password: str, password_hash: str | None) -> bool:
    """Whether the password is right; None: an unknown user."""
    if len(password) > MOST_CHARACTERS:
        return False
    decoy = _decoy()
    return check_password_hash(password_hash or decoy, _normal(password)) and bool(password_hash)


def _normal(password: str) -> str:
    """Keyboards compose letters like й differently."""
    return unicodedata.normalize("NFKC", password)


@cache
def _decoy() -> str:
    return generate_password_hash(secrets.token_urlsafe())
