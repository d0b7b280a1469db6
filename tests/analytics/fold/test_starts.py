"""A call never returns from ended to begun: starts that are resent, swapped, stamped too late, and
records of the API about a running call. docs/fold.md, rules 3 and 5."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from duckdb import DuckDBPyConnection

from analytics.reports.asking import Question, ask
from analytics.reports.filters import Filters
from tests.analytics.fold.folding import fold_into, new_store
from tests.analytics.fold.plain_fold import Sent
from tests.analytics.reports.world import ZONE

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
NOW = START + timedelta(days=40)
Params = dict[str, Any]


class Store:
    """Takes deliveries one by one, received and sent `at` so many seconds after the first."""

    def __init__(self, db: DuckDBPyConnection) -> None:
        self.db = db
        self.received = 0

    def take(self, at: float, params: Params, is_stamped: bool = True, **options: Any) -> None:
        self.received += 1
        sent = {"leadtype": "call", "id": "1", **params}
        if is_stamped:
            sent.setdefault("sendingTimestamp", stamp(at))
        received_at = START + timedelta(seconds=at, microseconds=self.received)
        fold_into(self.db, [[Sent(self.received, received_at, sent, **options)]])

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        return self.db.execute(query).fetchall()

    def lead(self, columns: str = "call_phase, status, duration, is_target") -> tuple[Any, ...]:
        (row,) = self.ask(f"select {columns} from leads")
        return row

    def quality(self) -> dict[str, Any]:
        filters = Filters(date(2026, 11, 1), date(2026, 11, 30))
        (row,) = ask(self.db, Question.about("quality", filters, ZONE, NOW)).records()
        return {name: value for name, value in row.items() if not name.startswith("median")}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with new_store(tmp_path) as db:
        yield Store(db)


def stamp(at: float) -> str:
    return str(int(START.timestamp() + at))


def start(**params: Any) -> Params:
    """With what Calltouch sends where it knows nothing yet."""
    unknown = {"status": "null", "redirectNumber": "undefined", "tags_manual": "null"}
    return {"callphase": "callconnected", **unknown, "changedFields": "null", **params}


def end(**params: Any) -> Params:
    found = {"status": "successful", "duration": "60", "targetcall": "target"}
    changed = {"changedFields": "callphase,status,duration,targetcall"}
    return {"callphase": "calldisconnected", **found, **changed, **params}


ENDED = ("calldisconnected", "successful", 60, True)


def test_resending_the_starts_of_a_day_changes_no_number(store: Store) -> None:
    """Twelve calls, three of them missed; resending up to 31 days is a button of Calltouch's."""

    def call(number: int) -> Params:
        when = {"timestamp": stamp(number * 60), "siteId": "7", "worktime": "worktime"}
        return {"id": str(number), "callerphone": f"7916{number:07}", **when}

    for number in range(12):
        missed = {"status": "unsuccessful", "duration": "0", "targetcall": "non-target"}
        said = {"waiting_time": str(number)} | (missed if number % 4 == 0 else {})
        declared = "callphase,status,duration,targetcall,waiting_time"
        store.take(number * 60, start(**call(number)))
        store.take(number * 60 + 50, end(**call(number), **said, changedFields=declared))
    store.ask("insert into freshness values (now() + interval '30 days', 24, now(), 'test', 1)")
    counted = "exclude (last_sent_at, last_received_at, delivery_count)"
    before, numbers = store.ask(f"select * {counted} from leads order by all"), store.quality()
    assert (numbers["ended_calls"], numbers["missed"]) == (12, 3)
    for number in range(12):
        store.take(86_400 * 30 + number, start(**call(number)))
    assert store.quality() == numbers
    assert store.ask("select count(*) from missed_calls") == [(3,)]
    assert store.ask("select * from suspected_gaps") == []
    assert store.ask(f"select * {counted} from leads order by all") == before
    query = "select outcome, count(*) from deliveries where delivery_id > 24 group by all"
    assert store.ask(query) == [("unchanged", 12)]


@pytest.mark.parametrize("written", ["callconnected ", "\tcallconnected\r\n", [" callconnected"]])
def test_a_start_with_blanks_around_its_phase_is_a_start(store: Store, written: Any) -> None:
    store.take(0, end(changedFields="null", callphase=" calldisconnected"))
    store.take(60, start(callphase=written))
    assert store.lead() == ENDED
    assert store.ask("select outcome, call_phase from deliveries order by delivery_id") == [
        ("updated", "calldisconnected"),
        ("created", "callconnected"),
    ]


@pytest.mark.parametrize("is_stamped", [True, False])
def test_a_start_that_comes_after_the_end_is_before_it(store: Store, is_stamped: bool) -> None:
    """Swapped on the way without a stamp, or stamped a second after the end."""
    store.take(0, end(changedFields="null", manager="Анна"), is_stamped)
    store.take(1, start(manager="Борис"), is_stamped)
    assert store.lead() == ENDED
    assert store.lead("manager") == ("Анна",)
    query = "select outcome, is_late from deliveries order by delivery_id"
    assert store.ask(query) == [("updated", False), ("created", True)]
    assert store.lead("last_sent_at = (select max(sent_at) from deliveries)") == (True,)
    changes = store.ask("select field, old_value, new_value from lead_changes order by field")
    assert ("callphase", "callconnected", "calldisconnected") in changes


def test_only_the_first_start_is_before_everything(store: Store) -> None:
    """A further one keeps its place, with what it can know."""
    store.take(0, start(manager="Анна"))
    store.take(60, end(tags_manual="Продажа", comment=[{"party": "a", "comment": "b"}]))
    further = start(manager="Вера", status="unsuccessful", duration="0", spam="true")
    store.take(90, further | {"changedFields": "comment,manager"})
    assert store.lead() == ENDED
    assert store.lead("manager, is_spam") == ("Вера", None)
    assert store.ask("select tag from lead_tags") == [("Продажа",)]
    assert store.ask("select comment from lead_comments") == [("b",)]
    query = "select field from lead_changes where delivery_id = 3"
    assert store.ask(query) == [("manager",)]
    store.take(95, end(comment=[], changedFields="comment"))
    assert store.ask("select comment from lead_comments") == []


def test_an_earlier_start_takes_the_first_place(store: Store) -> None:
    store.take(10, start(manager="Анна"))
    store.take(60, end())
    store.take(70, start(manager="Борис", sendingTimestamp=stamp(-5)))
    query = "select delivery_id, outcome, is_late from deliveries order by delivery_id"
    assert store.ask(query) == [(1, "updated", False), (2, "updated", False), (3, "created", True)]
    assert store.lead("manager") == ("Анна",)
    assert store.lead() == ENDED


def test_of_two_starts_in_one_second_the_first_received_is_the_first(store: Store) -> None:
    store.take(0, start(status="successful"))
    store.take(0, start(status="unsuccessful"), webhook="last-touch")
    assert store.ask("select status, call_phase from leads") == [("successful", "callconnected")]


def test_a_request_has_no_start(store: Store) -> None:
    request = {"leadtype": "request", "requestId": "1", "callphase": "callconnected"}
    store.take(0, request | {"orderId": "7"})
    store.take(1, request | {"orderId": "8"})
    assert store.lead("order_id") == ("8",)


def test_of_a_running_call_the_api_says_only_what_can_be_known(store: Store) -> None:
    record = {"status": "unsuccessful", "duration": "0", "targetcall": "non-target"}
    store.take(0, {"callphase": "callconnected", "manager": "Анна", **record}, origin="api")
    assert store.lead("call_phase, status, duration, is_target, manager") == (
        *("callconnected", None, None, None),
        "Анна",
    )
    store.take(60, end())
    store.take(70, {"callphase": "callconnected", **record}, origin="api")
    assert store.lead() == ENDED


def test_a_record_of_the_api_counts_from_when_it_was_asked_for(store: Store) -> None:
    """The call ended, and got a manager, while the answer travelled."""
    store.take(0, start())
    store.take(60, end(manager="Анна"))
    old = {"callphase": "callconnected", "manager": "Борис", "status": "unsuccessful"}
    store.take(61, {**old, "sendingTimestamp": stamp(59)}, origin="api")
    assert store.lead() == ENDED
    assert store.lead("manager") == ("Анна",)
    assert store.ask("select is_late from deliveries where delivery_id = 3") == [(True,)]


def test_at_a_tie_the_api_comes_first(store: Store) -> None:
    store.take(60, end(manager="Анна", changedFields="null"))
    store.take(60, {"manager": "Борис", "sendingTimestamp": stamp(60)}, origin="api")
    assert store.lead("manager") == ("Анна",)
    query = "select outcome, is_late from deliveries order by delivery_id"
    assert store.ask(query) == [("updated", False), ("created", True)]


def test_a_call_that_never_ended_shows_its_last_delivery_in_order(store: Store) -> None:
    store.take(0, start(timestamp=stamp(0)))
    store.take(5, {"manager": "Анна"})
    store.take(9, {"manager": "Борис", "sendingTimestamp": stamp(3)})
    store.ask("insert into freshness values (now() + interval '30 days', 3, now(), 'test', 1)")
    query = "select delivery_id, reason from suspected_gaps"
    assert store.ask(query) == [(2, "call never ended")]


def test_the_timeline_tells_a_start_that_was_sent_again(store: Store) -> None:
    store.take(7, end(changedFields="null"))
    store.take(8, start())
    store.take(9, start())
    key = {"lead_type": "call", "lead_id": 1}
    filters = Filters(date(2026, 11, 1), date(2026, 11, 30))
    rows = ask(store.db, Question.about("lead", filters, ZONE, NOW, **key)).records()
    told = [
        (row["delivery_id"], row["is_further_start"]) for row in rows if row["kind"] == "delivery"
    ]
    assert told == [(2, False), (1, False), (3, True)]
