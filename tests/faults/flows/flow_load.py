"""A flow under load, and what must be left of it."""

import http.client
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from urllib.parse import parse_qs

from flows.addresses import write_addresses
from flows.store import attempts
from flows.store.definitions import apply_definition, keys_of, set_running
from flows.store.writer import StoreWriter
from receiver.data_dir import DataDir, prepare
from tests.faults.flows.target import RecordingTarget
from tests.faults.load import Load

FLOW = "killed"
KEYS = 7
_PAUSE_SECONDS = 0.02
# A runner that is killed all the time would else be left an hour of work at the end.
_MOST_AHEAD = 100
_DEFINITION = """
[source]
kind = "http"
order_by = "{{key}}"
per_minute = 100000
[[steps]]
kind = "http"
name = "once"
method = "POST"
url = "http://127.0.0.1:PORT/"
body.json = '{"id": "{{id}}", "key": "{{key}}"}'
repeat_unknown = REPEAT
[[steps]]
kind = "http"
name = "repeated"
method = "PUT"
url = "http://127.0.0.1:PORT/"
body.json = '{"id": "{{id}}", "key": "{{key}}"}'
"""


class FlowLoad(Load):
    """Sends numbered deliveries to the address of a flow, and waits for its target now and then."""

    def __init__(
        self,
        address: str,
        path: str,
        clients: int,
        target: RecordingTarget,
        numbers: "count[int] | None" = None,
    ) -> None:
        super().__init__(address, clients, numbers=numbers)
        self._path = path
        self._target = target

    def _send(self, connection: http.client.HTTPConnection, number: int) -> str:
        time.sleep(_PAUSE_SECONDS)
        while number - self._target.newest > _MOST_AHEAD and not self._stopping.is_set():
            time.sleep(_PAUSE_SECONDS)
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", self._path, delivery_body(number), headers)
        response = connection.getresponse()
        response.read()
        return str(response.status)


def delivery_body(number: int) -> str:
    return f"id={number}&key={number % KEYS}"


def begin_flow(data_dir: Path, target: RecordingTarget, *, repeats: bool = False) -> str:
    """A flow that runs; the path of its address."""
    prepare(data_dir)
    place, now = DataDir(data_dir), datetime.now(UTC)
    text = _DEFINITION.replace("PORT", str(target.port)).replace("REPEAT", str(repeats).lower())
    store = StoreWriter(place.flows_store)
    with closing(store):
        store.write(lambda db: apply_definition(db, FLOW, text, now, "test"))
        store.write(lambda db: set_running(db, FLOW, True, now, "test"))
        store.write(lambda db: write_addresses(db, place.flow_addresses, now))
        (key,) = store.write(lambda db: keys_of(db, FLOW, now))
    return f"/flow/{FLOW}/{key}"


def environment(target: RecordingTarget) -> dict[str, str]:
    return {
        "CALLTOUCH_FLOW_ALLOWED_PORTS": str(target.port),
        "CALLTOUCH_FLOW_ALLOWED_NETWORKS": "127.0.0.1/32",
        "CALLTOUCH_FLOW_AT_ONCE_PER_HOST": "8",
    }


@dataclass(frozen=True, slots=True)
class Promises:
    """How often each was broken. `lost`: accepted, and no operation; `doubled`: more than one;
    `not_ended`: operations without an end; `posted_twice`; `never_put`: done without its PUT;
    `out_of_order`: of one key."""

    lost: int = 0
    doubled: int = 0
    not_ended: int = 0
    posted_twice: int = 0
    never_put: int = 0
    out_of_order: int = 0


KEPT = Promises()


@dataclass(frozen=True, slots=True)
class FlowRows:
    """Operations by their numbers, and the states of all."""

    operations: dict[int, list[int]]
    states: dict[int, str]


def rows_of(data_dir: Path) -> FlowRows:
    store = StoreWriter(DataDir(data_dir).flows_store)
    operations: dict[int, list[int]] = {}
    states: dict[int, str] = {}
    with closing(store), closing(store.reader()) as db:
        for operation_id, state in db.execute("select operation_id, state from operations"):
            stored = attempts.input_of(db, operation_id)
            assert stored is not None
            number = int(parse_qs(stored["body"])["id"][0])
            operations.setdefault(number, []).append(operation_id)
            states[operation_id] = state
    return FlowRows(operations, states)


def check_promises(
    rows: FlowRows, target: RecordingTarget, acknowledged: Sequence[int] | set[int]
) -> Promises:
    posted, put = Counter(target.of("POST")), Counter(target.of("PUT"))
    done = {
        number
        for number, ids in rows.operations.items()
        if any(rows.states[operation_id] == "done" for operation_id in ids)
    }
    return Promises(
        lost=len({*acknowledged} - {*rows.operations}),
        doubled=sum(len(ids) > 1 for ids in rows.operations.values()),
        not_ended=sum(state not in ("done", "unknown") for state in rows.states.values()),
        posted_twice=sum(times > 1 for times in posted.values()),
        never_put=len(done - {*put}) + len(done - {*posted}),
        out_of_order=_out_of_order(rows, target),
    )


def _out_of_order(rows: FlowRows, target: RecordingTarget) -> int:
    """Requests of a key that came behind one of a later operation; of lost ones nobody knows."""
    last: dict[str, int] = {}
    broken = 0
    for arrival in target.arrivals:
        if arrival.id not in rows.operations:
            continue
        operation_id = rows.operations[arrival.id][0]
        broken += operation_id < last.get(arrival.key, 0)
        last[arrival.key] = max(operation_id, last.get(arrival.key, 0))
    return broken
