"""Signing in: with a password, as the first user, or with a link; each is logged."""

from datetime import datetime

from dashboards.access.audit import Action, AuditEntry, note
from dashboards.access.people import InvalidUserName, User, add_user, find_user, normal_name
from dashboards.access.roles import Role
from dashboards.access.sign_in.attempts import TooManyAttempts, count_attempt, forget_attempts
from dashboards.access.sign_in.links import is_set_up_code, use_set_up_code, use_sign_in_code
from dashboards.access.sign_in.passwords import hash_password, is_right
from dashboards.access.state import AccessStore


def check_password(
    access: AccessStore, name: str, password: str, address: str, device: str | None = None
) -> User | None:
    """The user, if the password is right. `device`: of a browser this user has signed in with
    before. Raises `TooManyAttempts`."""
    name = name_or_none(name)
    now = take_turn(access, name, address, device)
    with access.reading() as db:
        user = find_user(db, name)
    if not is_right(password, user.password_hash if user else None):
        with access.reading() as db:
            note(db, _entry(now, user, Action.SIGN_IN_REFUSED, address))
        return None
    with access.changing() as db:
        forget_attempts(db, name, address, device)
        note(db, _entry(now, user, Action.SIGNED_IN, address))
    return user


def take_turn(access: AccessStore, name: str, address: str, device: str | None = None) -> datetime:
    """Count the attempt and return its time. If there were too many, wait for the pause to end,
    unless someone else is waiting. Raises `TooManyAttempts`."""
    try:
        return _count(access, access.clock(), name, address, device)
    except TooManyAttempts as early:
        if not access.waiting.acquire(blocking=False):
            raise
        try:
            access.sleep(early.seconds)
            now = max(access.clock(), early.until)
            return _count(access, now, name, address, device)
        finally:
            access.waiting.release()


def _count(
    access: AccessStore, now: datetime, name: str, address: str, device: str | None
) -> datetime:
    with access.changing() as db:
        count_attempt(db, now, name, address, device)
    return now


def make_first_user(
    access: AccessStore, code: str, name: str, password: str, address: str
) -> User | None:
    """Create the first admin; None if the link is no longer valid.

    Raises `InvalidUserName` and `WeakPassword`: the link then stays valid.
    """
    with access.reading() as db:
        # Hashing is deliberately slow: not for strangers.
        if not is_set_up_code(db, access.clock(), code):
            return None
    now, name, password_hash = access.clock(), normal_name(name), hash_password(password)
    with access.changing() as db:
        if not use_set_up_code(db, now, code):
            return None
        add_user(db, now, name, Role.ADMIN, password_hash)
        note(db, AuditEntry(now, name, Role.ADMIN, Action.USER_ADDED, report=name, address=address))
        return find_user(db, name)


def enter(access: AccessStore, code: str, address: str) -> User | None:
    """The user of the sign-in link; None if it is no longer valid."""
    now = access.clock()
    with access.changing() as db:
        user = use_sign_in_code(db, now, code)
        if user is not None:
            note(db, _entry(now, user, Action.SIGNED_IN, address))
        return user


def _entry(now: datetime, user: User | None, action: Action, address: str) -> AuditEntry:
    """Unknown names are left out: they may be passwords."""
    if user is None:
        return AuditEntry(now, "", "", action, address=address)
    return AuditEntry(now, user.name, user.role, action, address=address)


def name_or_none(text: str) -> str:
    """Empty, which matches nobody, for invalid names."""
    try:
        return normal_name(text)
    except InvalidUserName:
        return ""
