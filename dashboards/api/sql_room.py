"""Where readers' own SQL is run: the sandbox, how many use it at once, and the audit.

The keyed file has no persons, so its rows need no mask; each statement is noted all the same.
"""

import hashlib
import select
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlencode

from flask import Flask, current_app, request

from analytics.privacy.masks import without_numbers
from analytics.sql_sandbox.refused import Refused
from analytics.sql_sandbox.sandbox import NotAnswered, SandboxAnswer, SqlSandbox
from dashboards.access.audit import Action
from dashboards.access.gate import audit
from dashboards.access.roles import Reader
from dashboards.web.admission import Admission

_EXTENSION = "sql"
# Each takes a thread of the web worker, and up to a gigabyte of memory.
_AT_ONCE = 2
_LONGEST_NOTED = 2000


class SqlOff(Exception):
    """It is switched off, or was never switched on."""


@dataclass(frozen=True, slots=True)
class SqlRoom:
    """Per application."""

    sandbox: SqlSandbox
    admission: Admission = field(default_factory=lambda: Admission(_AT_ONCE))

    def attach(self, app: Flask) -> None:
        app.extensions[_EXTENSION] = self

    @contextmanager
    def answer(
        self, sql: str, parameters: Mapping[str, object], *, gated: bool = True
    ) -> Iterator[SandboxAnswer]:
        """In the audit before any row is given. `gated`: only statements of ours go without. Raises
        `TooBusy`, `Refused`, `NotAnswered`, `NoSuchFile`."""
        with ExitStack() as stack:
            answer = self._run(stack, sql, parameters, gated)
            outcome = "truncated" if answer.truncated else "answered"
            _note(sql, outcome, answer.rows, answer.milliseconds)
            yield answer

    def _run(
        self, stack: ExitStack, sql: str, parameters: Mapping[str, object], gated: bool
    ) -> SandboxAnswer:
        self.admission.enter()
        try:
            return stack.enter_context(self.sandbox.answer(sql, parameters, client_gone(), gated))
        except Refused:
            _note(sql, "refused")
            raise
        except NotAnswered as error:
            _note(sql, error.code)
            raise
        finally:
            self.admission.leave()


def sql_room() -> SqlRoom:
    """Raises `SqlOff`."""
    room: SqlRoom | None = current_app.extensions.get(_EXTENSION)
    if room is None:
        raise SqlOff
    return room


def runs_sql(reader: Reader | None) -> bool:
    """For the menu: whether this reader may open the editor."""
    is_whole = reader is not None and not reader.is_limited and not reader.is_token
    return is_whole and _EXTENSION in current_app.extensions


def client_gone() -> Callable[[], bool]:
    """Whether whoever sent this web request has hung up; never, where the server does not tell."""
    connection = request.environ.get("gunicorn.socket")
    if not isinstance(connection, socket.socket):
        return lambda: False
    poll = select.poll()
    poll.register(connection, select.POLLRDHUP)
    return lambda: bool(poll.poll(0))


def _note(sql: str, outcome: str, rows: int | None = None, milliseconds: int = 0) -> None:
    """Readers may have typed a phone; by its hash, a statement is found again all the same."""
    masked = without_numbers(sql)[:_LONGEST_NOTED]
    digest = hashlib.sha256(sql.encode()).hexdigest()
    noted = urlencode({"sql": masked, "sha256": digest, "milliseconds": milliseconds})
    audit(Action.SQL_RUN, outcome, noted, rows)
