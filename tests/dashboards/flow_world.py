"""A `flows.sqlite` beside a published file: two flows, and operations that ended in all ways."""

import json
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from analytics.contacts import canonical_email, canonical_phone
from flows.fields import FlowDelivery
from flows.running.inputs import delivery_input
from flows.store import attempts, operations
from flows.store.attempts import AttemptEnd
from flows.store.definitions import apply_definition, set_running
from flows.store.operations import NewOperation
from flows.store.writer import StoreWriter
from receiver.data_dir import DataDir
from receiver.person_key import contact_hash, person_key
from tests.dashboards.leads import NOW

SHOP = """# leads of the shop
title = "Заявки магазина"
[source]
kind = "http"
[[steps]]
kind = "compose"
name = "prepared"
as = "text"
value = "{{Name}}"
[[steps]]
kind = "http"
name = "crm"
url = "https://crm.example/{{secret.crm}}/leads"
body.json = '{"phone": "{{Phone}}", "name": "{{Name}}"}'
[[steps]]
kind = "http"
name = "telegram"
url = "https://telegram.example/send"
body.json = '{"text": "{{Name}}"}'
"""
RING = """
[source]
kind = "lead"
lead_type = "call"
when = [{field = "is_callback", is = false}]
[[steps]]
kind = "calltouch_callback"
name = "ring"
route_key = "w"
phone = "{{caller_phone}}"
"""
AT = NOW - timedelta(minutes=30)
_OPERATION = (
    *("operation_id", "flow", "version", "source", "state", "reason", "received_at"),
    *("finished_at", "lead_type", "lead_id", "replay_of", "notes"),
)
_OPERATIONS = """select operation_id, flow, version, source, state, reason, received_at,
finished_at, lead_type, lead_id, replay_of, notes from operations"""
_ATTEMPT = (
    *("operation_id", "step", "attempt", "begun_at", "ended_at", "host", "method"),
    *("status", "outcome", "reason"),
)
_ATTEMPTS = """select operation_id, step, attempt, begun_at, ended_at, host, method,
status, outcome, reason from attempts"""
FORM = "application/x-www-form-urlencoded"


class FlowWorld:
    """`at`: when the next operation is received."""

    def __init__(self, directory: Path) -> None:
        self.place = DataDir(directory)
        self.at = AT
        self._store = StoreWriter(self.place.flows_store)

    def close(self) -> None:
        self._store.close()

    def define(self, name: str, definition: str, *, running: bool = True) -> None:
        self._store.write(lambda db: apply_definition(db, name, definition, self.at, "anna"))
        self._store.write(lambda db: set_running(db, name, running, self.at, "anna"))

    def form(self, body: str, flow: str = "shop", contact: str = "", state: str = "held") -> int:
        """An operation of a web request; its number."""
        delivery = FlowDelivery(
            "POST", b"utm_source=vk", body.encode(), FORM, {"user-agent": "Tilda"}, "192.0.2.7",
            self.at.isoformat(),
        )  # fmt: skip
        new = NewOperation(flow, 1, "http", self.at.isoformat())
        return self._add(new, delivery_input(delivery), contact, state)

    def lead(self, lead_id: int, fields: dict[str, Any], flow: str = "ring") -> int:
        new = NewOperation(flow, 1, "lead", self.at.isoformat(), lead_type="call", lead_id=lead_id)
        return self._add(new, fields, "", "held")

    def tries(
        self,
        number: int,
        step: int,
        request: str,
        outcome: str,
        status: int | None = None,
        answer: str | None = None,
        reason: str = "",
    ) -> None:
        """An attempt at a step; where it is done, with its result."""
        at = self.at.isoformat()
        ended = (self.at + timedelta(seconds=0.4)).isoformat()

        def change(db: sqlite3.Connection) -> None:
            host = request.split("/")[2].split("\n")[0]
            attempt = attempts.begin_attempt(db, number, step, at, host, "POST", len(request))
            attempts.save_body(db, number, step, attempt, "request", request.encode())
            end = AttemptEnd("reading", outcome, reason, status, len(answer or ""))
            attempts.end_attempt(db, number, step, attempt, ended, end)
            if answer is not None:
                attempts.save_body(db, number, step, attempt, "answer", answer.encode())
            if outcome == "done":
                attempts.save_result(db, number, step, "done", {})
                operations.go_on_at(db, number, step + 1)
            else:
                operations.go_on_at(db, number, step)

        self._store.write(change)

    def end(
        self, number: int, state: str, reason: str = "", text: str = "", note: str = ""
    ) -> None:
        def change(db: sqlite3.Connection) -> None:
            found = operations.operation(db, number)
            assert found is not None
            now = (self.at + timedelta(seconds=2)).isoformat()
            operations.end(db, found, state, now, reason, text, (note,) if note else ())

        self._store.write(change)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with closing(self._store.reader()) as db:
            return [tuple(row) for row in db.execute(sql)]

    def change(self, sql: str) -> None:
        self._store.write(lambda db: db.execute(sql))

    def published(self) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """The same operations and attempts, as digest publishes them."""
        rows = [dict(zip(_OPERATION, row, strict=True)) for row in self.rows(_OPERATIONS)]
        made = [dict(zip(_ATTEMPT, row, strict=True)) for row in self.rows(_ATTEMPTS)]
        steps = {"shop": ("prepared", "crm", "telegram"), "ring": ("ring",)}
        flows = {row["operation_id"]: row["flow"] for row in rows}
        for one in made:
            one["step_name"] = steps[flows[one["operation_id"]]][one["step"]]
        for row in rows:
            row["attempts"] = sum(one["operation_id"] == row["operation_id"] for one in made)
        return rows, made

    def _add(self, new: NewOperation, stored: dict[str, Any], contact: str, state: str) -> int:
        hashes = self._hashes(contact)

        def change(db: sqlite3.Connection) -> int:
            number = operations.add_operation(db, new, state, 0.0, "")
            attempts.save_input(db, number, stored)
            db.execute(
                "update operations set contact_hash = ? where operation_id = ?", (hashes, number)
            )
            return number

        return self._store.write(change)

    def _hashes(self, contacts: str) -> str:
        key = person_key(self.place.person_key)
        found = []
        for contact in contacts.split():
            email, phone = canonical_email(contact), canonical_phone(contact)
            known = ("email", email) if email else ("phone", phone)
            if known[1]:
                found.append(contact_hash(key, known[0], known[1]))
        return " ".join(found)


def crm_request(phone: str, name: str) -> str:
    body = json.dumps({"phone": phone, "name": name}, ensure_ascii=False)
    head = "POST https://crm.example/{{secret.crm}}/leads\nContent-Type: application/json"
    return f"{head}\nIdempotency-Key: 0f5e\n\n{body}"


def ring_request(phone: str) -> str:
    head = "POST https://api.calltouch.ru/widget-service/v1/api/widget-request/create\nSiteId: 1"
    return f"{head}\n\n" + json.dumps({"phone": phone, "routeKey": "{{secret.widget}}"})


def usual_world(
    directory: Path,
    phone: str = "79990001122",
    name: str = "Мария Тестова",
    email: str = "maria@form.example",
    lead_id: int = 5,
    moment: datetime = AT,
) -> FlowWorld:
    """1: done. 2, 3: failed in the CRM. 4: failed in Telegram. 5: unknown in the CRM. 6: a callback
    that may have rung. 7: held. 8: of a stopped flow, held. 9: dropped, nothing of it kept."""
    world = FlowWorld(directory)
    world.at = moment
    world.define("shop", SHOP)
    world.define("ring", RING)
    world.define("quiet", SHOP, running=False)
    form = f"Name={name}&Phone={phone}&Email={email}"
    ok = '{"result": 17, "name": "' + name + '"}'
    for number, (outcome, status, answer, reason) in enumerate(
        (
            ("done", 200, ok, ""),
            ("refused", 404, "no such thing", "status-404"),
            ("refused", 404, f"<p>{name} {phone}</p>", "status-404"),
            ("done", 200, ok, ""),
            ("unknown", None, None, "timeout"),
        ),
        1,
    ):
        assert world.form(form, contact=f"{phone} {email}") == number
        world.tries(number, 1, crm_request(phone, name), outcome, status, answer, reason)
    message = "POST https://telegram.example/send\n\n" + json.dumps({"text": name})
    world.tries(1, 2, message, "done", 200, '{"ok": true}')
    world.end(1, "done", note=f"absent: {phone}")
    world.end(2, "failed", "status-404", "crm: status-404")
    world.end(3, "failed", "status-404", f"crm: status-404: {name}")
    world.tries(4, 2, message, "refused", 404, "no chat", "status-404")
    world.end(4, "failed", "status-404", "telegram: status-404")
    world.end(5, "unknown", "timeout", "crm: timeout")
    world.lead(
        lead_id, {"lead_type": "call", "lead_id": lead_id, "caller_phone": phone, "fio": name}
    )
    world.tries(6, 0, ring_request(phone), "unknown", None, None, "timeout")
    world.end(6, "unknown", "timeout", "ring: timeout")
    world.form(form)
    world.change("update operations set reason = 'loop-suspected' where operation_id = 7")
    world.form(form, "quiet")
    world.change("update operations set reason = 'flow-stopped' where operation_id = 8")
    world.form("a=b")
    world.end(9, "dropped", "", "by anna")
    world.change("delete from bodies where operation_id = 9")
    return world
