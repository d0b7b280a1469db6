"""What goes wrong with flows, for the engine of alerts: failures, grouped by flow, step, host and
reason, until it works again; hosts that do not answer; a runner that is stuck; a full history.

Nothing personal is in an alert, and an alert starts no flow.
"""

import sqlite3
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from analytics.alerts.trouble import AlertRecord, Figures, Trouble
from flows.store.closed_hosts import closed_hosts
from flows.store.definitions import NoSuchFlow, definition_of
from flows.store.pruning import used_bytes
from flows.store.statements import store_statement
from flows.store.writer import open_store
from receiver.alerts.source import CannotLook, Findings

_EXAMPLES = 3
STUCK_SECONDS = 3_600.0
NEARLY_FULL = 0.9
FAILING, HOST_CLOSED, STUCK, HISTORY_FULL = (
    "flow_failing",
    "host_closed",
    "flows_stuck",
    "flow_history_full",
)


@dataclass(frozen=True, slots=True)
class FlowTroubles:
    """`settles`: so long it must not have failed to be said to work again: now and then is no
    repair. `most_bytes`: of the history. The memory is the last change that was looked at."""

    path: Path
    settles: timedelta
    most_bytes: int
    name: str = "flows"
    kinds: frozenset[str] = frozenset((FAILING, HOST_CLOSED, STUCK, HISTORY_FULL))

    def look(self, known: Sequence[AlertRecord], memory: str, now: datetime) -> Findings:
        if not self.path.exists():
            return Findings((), memory)
        try:
            with closing(open_store(self.path, read_only=True)) as db:
                return self._look(db, known, memory, now)
        except sqlite3.Error as error:
            raise CannotLook(f"flows.sqlite: {error}") from error

    def _look(
        self, db: sqlite3.Connection, known: Sequence[AlertRecord], memory: str, now: datetime
    ) -> Findings:
        (last,) = db.execute("select coalesce(max(change), 0) from operations").fetchone()
        # What failed before anybody looked is history.
        failures = _failures(db, int(memory), last) if memory else ()
        groups = {
            alert.subject: Trouble(
                FAILING, alert.subject, alert.cause, alert.figures, alert.began_at, alert.count
            )
            for alert in known
            if alert.kind == FAILING
        }
        for failure in failures:
            groups[failure.subject] = _grown(groups.get(failure.subject), failure)
        failing = [group for group in groups.values() if not self._is_mended(db, group, now)]
        return Findings((*failing, *self._conditions(db, known, now)), str(last))

    def _conditions(
        self, db: sqlite3.Connection, known: Sequence[AlertRecord], now: datetime
    ) -> Iterator[Trouble]:
        """What holds now of the runner or of a host."""
        began = {alert.key: alert.began_at for alert in known}
        for host in closed_hosts(db, now.timestamp()):
            yield Trouble(HOST_CLOSED, host, "", {}, began.get((HOST_CLOSED, host), now))
        waited = oldest_waiting_seconds(db, now.timestamp())
        if waited > STUCK_SECONDS:
            yield Trouble(STUCK, "", "", {}, now - timedelta(seconds=waited))
        if used_bytes(db) > NEARLY_FULL * self.most_bytes:
            yield Trouble(HISTORY_FULL, "", "", {}, began.get((HISTORY_FULL, ""), now))

    def _is_mended(self, db: sqlite3.Connection, group: Trouble, now: datetime) -> bool:
        last_at = str(group.figures["last_at"])
        if now < datetime.fromisoformat(last_at) + self.settles:
            return False
        values = {"flow": group.figures["flow"], "host": group.figures["host"], "after": last_at}
        return db.execute(store_statement("works_again"), values).fetchone() is not None


@dataclass(frozen=True, slots=True)
class FlowFailure:
    """`state`: of the operation."""

    operation_id: int
    flow: str
    step: str
    host: str
    reason: str
    state: str
    moment: str

    @property
    def subject(self) -> str:
        return " ".join((self.flow, self.step or "-", self.host or "-", self.reason))

    @property
    def place(self) -> str:
        return ", ".join(part for part in (self.step, self.host) if part) or "—"


def oldest_waiting_seconds(db: sqlite3.Connection, now: float) -> float:
    """How long the operation that has been due the longest has been due."""
    row = db.execute("select min(due_at) from operations where state = 'waiting'").fetchone()
    return 0.0 if row[0] is None else max(now - row[0], 0.0)


def _failures(db: sqlite3.Connection, after: int, upto: int) -> list[FlowFailure]:
    """Of operations that failed since the last look, or wait for a person."""
    if after == upto:
        return []
    rows = db.execute(store_statement("new_failures"), {"after": after, "upto": upto}).fetchall()
    return [
        FlowFailure(
            row["operation_id"],
            row["flow"],
            _step_name(db, row),
            row["host"],
            row["reason"],
            row["state"],
            row["moment"],
        )
        for row in rows
    ]


def _grown(group: Trouble | None, failure: FlowFailure) -> Trouble:
    """One more failure of a group, which may be its first."""
    if group is None:
        figures = {"flow": failure.flow, "host": failure.host, "reason": failure.reason}
        moments = {"first_at": failure.moment, "last_at": failure.moment}
        named = {"place": failure.place, "operations": str(failure.operation_id)}
        since = datetime.fromisoformat(failure.moment).astimezone(UTC)
        return Trouble(
            FAILING, failure.subject, failure.state, {**figures, **moments, **named}, since, 1
        )
    numbers = str(group.figures["operations"]).split(", ")
    if len(numbers) < _EXAMPLES:
        numbers.append(str(failure.operation_id))
    last_at = max(str(group.figures["last_at"]), failure.moment)
    grown: Figures = {**group.figures, "last_at": last_at, "operations": ", ".join(numbers)}
    return replace(group, figures=grown, count=group.count + 1)


def _step_name(db: sqlite3.Connection, failure: sqlite3.Row) -> str:
    """Empty where no step was tried. Only the name is read of the definition: whoever watches is a
    small process, and knows no steps."""
    number = failure["step"]
    if number is None:
        return ""
    with suppress(NoSuchFlow, tomllib.TOMLDecodeError, KeyError, IndexError):
        definition = definition_of(db, failure["flow"], failure["version"])
        return str(tomllib.loads(definition)["steps"][number]["name"])
    return str(number + 1)
