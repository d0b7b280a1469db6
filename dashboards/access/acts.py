"""What changes who may see what: the same for commands and for the pages, each act in the audit.

All of them raise `NotDone` and change nothing then, if they are called in a transaction.
"""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from dashboards.access import live_sessions, people, tokens
from dashboards.access.audit import COMMAND_LINE, Action, AuditEntry, note
from dashboards.access.grants import Grant
from dashboards.access.sign_in.links import make_sign_in_code
from dashboards.access.sign_in.passwords import NO_PASSWORD, hash_password


@dataclass(frozen=True, slots=True)
class AccessActs:
    """`by`: who acts, of which role, from which address."""

    db: sqlite3.Connection
    now: datetime
    by: str = COMMAND_LINE
    role: str = ""
    address: str = ""

    def add_user(self, name: str, grant: Grant, password: str) -> str:
        """The name as it is kept."""
        return self._add(name, grant, hash_password(password))

    def invite_user(self, name: str, grant: Grant) -> tuple[str, str]:
        """The name, and the code of a link with which they sign in once. Without a password of
        their own they need another link the next time."""
        name = self._add(name, grant, NO_PASSWORD)
        return name, self.make_link(name)

    def make_link(self, name: str) -> str:
        """The code of a link with which this user signs in once, within an hour."""
        name = people.existing_user(self.db, people.normal_name(name)).name
        code = make_sign_in_code(self.db, self.now, name)
        self._note(Action.LINK_MADE, name)
        return code

    def remove_user(self, name: str, force: bool = False) -> str:
        name = people.normal_name(name)
        people.remove_user(self.db, name, force)
        live_sessions.forget_all(self.db, name)
        self._note(Action.USER_REMOVED, name)
        return name

    def set_password(self, name: str, password: str) -> str:
        name, password_hash = people.normal_name(name), hash_password(password)
        people.set_password(self.db, name, password_hash)
        self._note(Action.PASSWORD_CHANGED, name)
        return name

    def set_grant(self, name: str, grant: Grant, force: bool = False) -> str:
        name = people.normal_name(name)
        people.set_grant(self.db, name, grant, force)
        self._note(Action.ROLE_CHANGED, name, grant)
        return name

    def end_sessions(self, name: str) -> None:
        """All of a user."""
        name = people.existing_user(self.db, people.normal_name(name)).name
        people.end_sessions(self.db, name)
        live_sessions.forget_all(self.db, name)
        self._note(Action.SESSIONS_ENDED, name)

    def end_session(self, session_id: str) -> None:
        name = live_sessions.end_one(self.db, self.now, session_id)
        self._note(Action.SESSION_ENDED, name)

    def create_token(
        self, grant: Grant, name: str | None = None, expires_at: datetime | None = None
    ) -> tuple[str, str]:
        """The name, and the token, which cannot be recovered later."""
        name, token = tokens.create_token(
            self.db, self.now, grant.role, name, grant.rights, expires_at
        )
        self._note(Action.TOKEN_CREATED, name, grant)
        return name, token

    def revoke_token(self, name: str) -> str:
        name = people.normal_name(name)
        tokens.revoke_token(self.db, name)
        self._note(Action.TOKEN_REVOKED, name)
        return name

    def _add(self, name: str, grant: Grant, password_hash: str) -> str:
        name = people.normal_name(name)
        people.add_user(self.db, self.now, name, grant.role, password_hash, grant.rights)
        self._note(Action.USER_ADDED, name, grant)
        return name

    def _note(self, action: Action, about: str, grant: Grant | None = None) -> None:
        """What was given stands in the place of a query."""
        query = "" if grant is None else grant.query
        note(
            self.db,
            AuditEntry(self.now, self.by, self.role, action, about, query, None, self.address),
        )
