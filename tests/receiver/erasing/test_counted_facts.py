"""Whoever is erased stays a counted fact: no number of any report moves."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest
from duckdb import DuckDBPyConnection

from analytics.fold import fold
from analytics.reports.asking import Question, ask
from analytics.reports.filters import Filters
from analytics.reports.registry import REPORTS
from analytics.store import transaction
from receiver.digest.workers.raw_delivery import RawDelivery, WebhookDialect, decoded
from receiver.erasing.eraser import Eraser
from receiver.erasing.finding import FoundPerson, find
from receiver.inbox.delivery import Delivery, Origin
from simulator.market.rhythm import MOSCOW
from simulator.webhooks.configured import usual_webhooks
from simulator.webhooks.form_encoding import CONTENT_TYPE
from simulator.webhooks.sendings import sendings
from simulator.world import World
from tests.analytics.fold.folding import new_store
from tests.byte_search import Sought, search_bytes
from tests.receiver.erasing.spellings import KEY

UNTIL = datetime(2026, 11, 20, 12, 0, tzinfo=MOSCOW)
DIALECT = WebhookDialect({}, {}, {})


@dataclass(frozen=True, slots=True)
class Received:
    at: int
    delivery: Delivery


def fold_received(db: DuckDBPyConnection, those: Iterable[Received]) -> None:
    raw = [
        RawDelivery(
            number,
            one.at * 10**9,
            one.delivery.webhook,
            one.delivery.method,
            one.delivery.query,
            one.delivery.body,
            one.delivery.content_type,
            one.delivery.source_ip,
            one.delivery.origin is Origin.API,
            one.delivery.outside,
        )
        for number, one in enumerate(those, 1)
    ]
    with transaction(db):
        fold(db, decoded(raw, DIALECT))


@cache
def world() -> list[Received]:
    """Of a month."""
    sent = sendings(World(UNTIL, seed=11, leads=110, days=30), usual_webhooks())
    return [
        Received(
            one.sent_at + 1,
            Delivery(
                one.webhook,
                one.method,
                "/webhook",
                one.query,
                one.body,
                CONTENT_TYPE,
                "92.118.66.7",
            ),
        )
        for one in sent
    ]


@dataclass(frozen=True, slots=True)
class Erased:
    """`before`, `after`: stores of the same deliveries. `own`: the ids of the person's."""

    before: DuckDBPyConnection
    after: DuckDBPyConnection
    found: FoundPerson
    erased: list[Received]
    own: set[int]


@pytest.fixture(scope="module")
def erased(tmp_path_factory: pytest.TempPathFactory) -> Erased:
    before = new_store(tmp_path_factory.mktemp("before"))
    after = new_store(tmp_path_factory.mktemp("after"))
    fold_received(before, world())
    (phone,) = before.execute(
        """select canonical_phone from leads where canonical_phone is not null group by all
        order by count(distinct lead_type) + count(distinct canonical_email) desc, count(*) desc,
            min(lead_id) limit 1"""
    ).fetchall()[0]
    found = find(before, phones=[phone])
    eraser = Eraser(KEY, found.person)
    own = {
        number
        for (number,) in before.execute(
            """select delivery_id from deliveries where (lead_type, lead_id) in
            (select (t, n) from (select unnest($types) as t, unnest($ids) as n))""",
            {"types": [t for t, _ in found.leads], "ids": [n for _, n in found.leads]},
        ).fetchall()
    }
    done = [
        replace(one, delivery=(eraser.own if number in own else eraser.mentions)(one.delivery))
        for number, one in enumerate(world(), 1)
    ]
    fold_received(after, done)
    return Erased(before, after, found, done, own)


def test_the_person_has_several_leads_of_both_types(erased: Erased) -> None:
    assert {lead_type for lead_type, _ in erased.found.leads} == {"call", "request"}
    assert len(erased.found.leads) > 2
    assert erased.found.person.emails
    assert erased.found.person.caller_ids
    assert erased.found.person.values


def _bytes_of(those: Iterable[Received]) -> bytes:
    return b"\n".join(one.delivery.query + b"\n" + one.delivery.body for one in those)


def test_nothing_of_theirs_is_left(erased: Erased) -> None:
    """Browsers and addresses are other people's as well."""
    person = erased.found.person
    contacts = Sought(tuple(person.phones), tuple(person.emails), exact=(*person.caller_ids,))
    assert search_bytes(_bytes_of(world()), contacts, packed=False) >= {
        *person.caller_ids,
        *person.emails,
    }
    assert search_bytes(_bytes_of(erased.erased), contacts, packed=False) == set()
    own = [one for number, one in enumerate(erased.erased, 1) if number in erased.own]
    everything = replace(contacts, exact=(*person.caller_ids, *person.values, *person.names))
    assert search_bytes(_bytes_of(own), everything) == set()


def test_deliveries_of_others_are_not_touched(erased: Erased) -> None:
    pairs = enumerate(zip(world(), erased.erased, strict=True), 1)
    touched = {number for number, (before, after) in pairs if before.delivery != after.delivery}
    assert touched == erased.own


_COUNTED = """
select outcome, count(*) from deliveries group by all
union all select 'changes of ' || field, count(*) from lead_changes group by field
union all select 'late', count(*) from deliveries where is_late
union all select 'gaps: ' || reason, count(*) from suspected_gaps group by reason
union all select 'deliveries of ' || lead_type || ' ' || lead_id, delivery_count from leads
union all select 'problems', sum(len(problems)) from deliveries
"""


def test_outcomes_changes_and_counts_are_as_they_were(erased: Erased) -> None:
    before, after = (
        sorted(db.execute(_COUNTED).fetchall()) for db in (erased.before, erased.after)
    )
    assert before == after


@pytest.mark.parametrize("of", ["person", "canonical_phone", "canonical_email", "ct_client_id"])
def test_people_are_told_apart_as_before(erased: Erased, of: str) -> None:
    def partition(db: DuckDBPyConnection) -> list[Any]:
        rows = db.execute(f"select {of}, lead_type, lead_id from leads where {of} is not null")
        groups: dict[Any, list[Any]] = {}
        for told, *key in rows.fetchall():
            groups.setdefault(told, []).append(key)
        return sorted(sorted(those) for those in groups.values())

    assert partition(erased.before) == partition(erased.after)


@pytest.mark.parametrize("report", REPORTS, ids=lambda one: one.name)
def test_the_numbers_of_every_report_are_as_they_were(erased: Erased, report: Any) -> None:
    lead_type, lead_id = erased.found.leads[0]
    filters = Filters(datetime(2026, 10, 1).date(), UNTIL.date())
    options = {
        one.name: {"lead_type": lead_type, "lead_id": lead_id}[one.name]
        for one in report.parameters
        if one.name in ("lead_type", "lead_id")
    }
    question = Question.about(
        report.name, filters, "Europe/Moscow", UNTIL.astimezone(UTC), **options
    )
    before, after = (_numbers(ask(db, question)) for db in (erased.before, erased.after))
    assert before == after


def _numbers(answer: Any) -> Counter[tuple[Any, ...]]:
    """Of each row, without texts that may have been of the person; a link to a recording is no
    longer one."""
    kept = [
        place
        for place, name in enumerate(answer.columns)
        if name not in ("person", "params", "has_recording")
    ]
    return Counter(
        tuple(row[place] if isinstance(row[place], int | float) else None for place in kept)
        for row in answer.rows
    )
