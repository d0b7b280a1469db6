"""The desk of the pages of operations, over `flows.sqlite`.

Nothing here makes the file: without flows the pages say how to begin.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime

from analytics.contacts import canonical_email, canonical_phone
from calltouch.flow_pages.inspecting import (
    CallbackQuestion,
    callback_question,
    operation_record,
)
from dashboards.pages.operations.desk import (
    Decision,
    DeskClosed,
    FlowRecord,
    FlowVersion,
    NothingDone,
    OperationRecord,
    ReplayOutline,
    ReplayWish,
)
from flows.addresses import write_addresses
from flows.book import FlowBook
from flows.deciding import NotUndecided, decide, held_while_stopped, settle_held
from flows.definition.flow import HttpSource
from flows.definition.reading import read_flow
from flows.replay import NoSuchOperation, ReplayPlan, ReplayRules, plan_by_number, replay_all
from flows.store import operations
from flows.store.definitions import NoSuchFlow, set_running, stored_flow, versions_of
from flows.store.statements import store_statement
from flows.store.writer import Change, StoreWriter, T, open_store
from receiver.data_dir import DataDir
from receiver.person_key import InvalidPersonKey, contact_hash, person_key


class StoredDesk:
    """Each call opens the file anew: the runner, and commands, write it too."""

    def __init__(self, place: DataDir) -> None:
        self._place = place

    def operation(self, number: int) -> OperationRecord | None:
        with self._reading() as db:
            found = operations.operation(db, number)
            return None if found is None else operation_record(db, FlowBook(), found)

    def numbers_of(self, contact: str, at_most: int) -> list[int]:
        wanted = self._hashes(contact)
        with self._reading() as db:
            rows = db.execute(
                store_statement("of_contact"), {"hashes": " ".join(wanted), "at_most": at_most}
            ).fetchall()
        return [row[0] for row in rows]

    def flow(self, name: str) -> FlowRecord | None:
        with self._reading() as db:
            return _flow_record(db, name)

    def outline(self, wish: ReplayWish) -> ReplayOutline:
        with self._reading() as db:
            book = FlowBook()
            book.refresh(db)
            return _outline(_plans(db, book, wish, _rules(wish)), book)

    def replay(self, wish: ReplayWish, who: str) -> dict[int, int]:
        def change(db: sqlite3.Connection) -> dict[int, int]:
            # Planned anew: two people may have asked for the same.
            book = FlowBook()
            book.refresh(db)
            if wish.rings_again is not None:
                _check_digits(_question(db, wish.numbers[0]), wish.rings_again)
            plans = _plans(db, book, wish, _rules(wish))
            made = replay_all(db, book, plans, datetime.now(UTC))
            if not made:
                raise NothingDone(plans[0].why if len(plans) == 1 else "none_left")
            return made

        return self._write(change)

    def decide(self, number: int, decision: Decision, digits: str, who: str) -> None:
        now = datetime.now(UTC)

        def change(db: sqlite3.Connection) -> None:
            question = _question(db, number)
            # What is done is not done again by going on.
            if decision == "again" and question and not question.is_settled:
                _check_digits(question, digits)
            decide(db, number, decision, now.isoformat(), now.timestamp(), who)

        try:
            self._write(change)
        except NotUndecided:
            raise NothingDone("not_undecided") from None

    def start(self, name: str, *, runs_held: bool, who: str) -> None:
        now = datetime.now(UTC)

        def change(db: sqlite3.Connection) -> None:
            flow = read_flow(name, stored_flow(db, name).definition).flow
            set_running(db, name, True, now, who)
            max_age = flow.source.max_age if flow else 0
            settle_held(db, name, max_age, runs_held, now, who)
            write_addresses(db, self._place.flow_addresses, now)

        self._change_flow(change)

    def stop(self, name: str, who: str) -> None:
        now = datetime.now(UTC)
        self._change_flow(lambda db: set_running(db, name, False, now, who))

    def _change_flow(self, change: Change[None]) -> None:
        try:
            self._write(change)
        except NoSuchFlow:
            raise NothingDone("no_flow") from None

    def _hashes(self, contact: str) -> list[str]:
        known = {"phone": canonical_phone(contact), "email": canonical_email(contact)}
        if not self._place.person_key.exists():
            return []
        try:
            key = person_key(self._place.person_key)
        except (InvalidPersonKey, OSError):
            raise DeskClosed from None
        return [contact_hash(key, kind, text) for kind, text in known.items() if text]

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        if not self._place.flows_store.exists():
            raise DeskClosed
        try:
            with closing(open_store(self._place.flows_store, read_only=True)) as db:
                # All that is asked is of one state.
                db.execute("begin")
                yield db
        except sqlite3.Error as error:
            raise DeskClosed from error

    def _write(self, change: Change[T]) -> T:
        if not self._place.flows_store.exists():
            raise DeskClosed
        try:
            with closing(StoreWriter(self._place.flows_store)) as store:
                return store.write(change)
        except (sqlite3.Error, OSError) as error:
            raise DeskClosed from error


def _flow_record(db: sqlite3.Connection, name: str) -> FlowRecord | None:
    try:
        versions = versions_of(db, name)
    except NoSuchFlow:
        return None
    try:
        stored = stored_flow(db, name)
    except NoSuchFlow:
        stored = None
    definition = stored.definition if stored else versions[-1].definition
    flow = read_flow(name, definition).flow
    return FlowRecord(
        name=name,
        title=flow.title if flow else "",
        is_there=stored is not None,
        is_running=stored is not None and stored.is_running,
        version=stored.version if stored else versions[-1].version,
        source="" if flow is None else "http" if isinstance(flow.source, HttpSource) else "lead",
        held=held_while_stopped(db, name),
        versions=[
            FlowVersion(
                one.version, datetime.fromisoformat(one.made_at), one.made_by, one.definition
            )
            for one in reversed(versions)
        ],
    )


def _rules(wish: ReplayWish) -> ReplayRules:
    return ReplayRules(wish.from_start, wish.rings_again is not None, wish.is_bulk)


def _plans(
    db: sqlite3.Connection, book: FlowBook, wish: ReplayWish, rules: ReplayRules
) -> list[ReplayPlan]:
    """Without those that are gone."""
    plans = []
    for number in wish.numbers:
        try:
            plans.append(plan_by_number(db, book, number, rules, wish.version))
        except NoSuchOperation:
            continue
    if not plans:
        raise NothingDone("none_left")
    return plans


def _outline(plans: list[ReplayPlan], book: FlowBook) -> ReplayOutline:
    steps: dict[str, int] = {}
    left_out: dict[str, list[int]] = {}
    for plan in plans:
        if plan.why:
            left_out.setdefault(plan.why, []).append(plan.operation.operation_id)
        for name in plan.steps:
            steps[name] = steps.get(name, 0) + 1
    runs = [plan.operation for plan in plans if not plan.why]
    stopped = sorted({one.flow for one in runs if not book.is_running(one.flow)})
    return ReplayOutline([one.operation_id for one in runs], steps, left_out, stopped)


def _question(db: sqlite3.Connection, number: int) -> CallbackQuestion | None:
    found = operations.operation(db, number)
    return None if found is None else callback_question(db, FlowBook(), found)


def _check_digits(question: CallbackQuestion | None, digits: str) -> None:
    """Whoever has a client rung again names the last two digits of the phone. Raises
    `NothingDone`."""
    if question is None:
        return
    if not question.phone:
        raise NothingDone("phone_not_kept")
    if digits.strip() != question.phone[-2:]:
        raise NothingDone("wrong_digits")
