"""The view missed_calls: when a client who was missed was answered."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from duckdb import DuckDBPyConnection

from analytics.contacts import person_of
from analytics.store import open_store
from tests.analytics.fold.folding import FINGERPRINT

MISSED, ANSWERED = "unsuccessful", "successful"
AT = datetime.fromisoformat("2026-11-20T12:00:00+00:00")


@pytest.fixture
def db() -> Iterator[DuckDBPyConnection]:
    store = open_store(Path(":memory:"), FINGERPRINT)
    yield store
    store.close()


def add(
    db: DuckDBPyConnection,
    lead_id: int,
    minute: int | None,
    status: str | None,
    phone: str | None = "79160000001",
    client: str | None = None,
    site: int | None = 1,
    is_ended: bool = True,
) -> None:
    at = None if minute is None else AT + timedelta(minutes=minute)
    db.execute(
        """insert into leads by name
        select 'call' as lead_type, $lead_id as lead_id, $site as site_id, $at as happened_at,
            date '2026-11-20' as day, $person as person, $is_ended as is_ended,
            $status as status, 1 as attribution_model,
            $received as first_received_at, $received as last_received_at,
            $received as last_sent_at, 1 as delivery_count""",
        {
            "lead_id": lead_id,
            "site": site,
            "at": at,
            "person": person_of(phone, None, client),
            "is_ended": is_ended,
            "status": status,
            "received": AT,
        },
    )


def recovered(db: DuckDBPyConnection) -> dict[int, int | None]:
    """Per missed call, the minute at which its client was answered."""
    rows = db.execute("select lead_id, recovered_at from missed_calls").fetchall()
    assert len(rows) == len({lead_id for lead_id, _ in rows})
    return {lead_id: at and (at - AT) // timedelta(minutes=1) for lead_id, at in rows}


def test_the_first_later_answer_recovers_each_missed_call(db: DuckDBPyConnection) -> None:
    add(db, 1, 0, MISSED)
    add(db, 2, 5, MISSED)
    add(db, 3, -9, ANSWERED)
    add(db, 4, 8, ANSWERED)
    add(db, 5, 9, ANSWERED)
    add(db, 6, 20, MISSED)
    assert recovered(db) == {1: 8, 2: 8, 6: None}


def test_only_the_same_client_of_the_same_site_counts(db: DuckDBPyConnection) -> None:
    add(db, 1, 0, MISSED)
    add(db, 2, 1, ANSWERED, phone="79160000002")
    add(db, 3, 2, ANSWERED, site=2)
    # Calltouch's id stands for the client where no phone is known.
    add(db, 4, 0, MISSED, phone=None, client="a")
    add(db, 5, 3, ANSWERED, phone=None, client="a")
    # Without a site they are of one; without a phone and an id they are of nobody.
    add(db, 6, 0, MISSED, phone="79160000003", site=None)
    add(db, 7, 4, ANSWERED, phone="79160000003", site=None)
    add(db, 8, 0, MISSED, phone=None)
    add(db, 9, 5, ANSWERED, phone=None)
    assert recovered(db) == {1: None, 4: 3, 6: 4, 8: None}


def test_an_answer_is_later_known_and_over(db: DuckDBPyConnection) -> None:
    add(db, 1, 0, MISSED)
    add(db, 2, 0, ANSWERED)
    add(db, 3, None, ANSWERED)
    add(db, 4, 5, ANSWERED, is_ended=False)
    add(db, 5, 6, None)
    add(db, 6, None, MISSED)
    assert recovered(db) == {1: None, 6: None}
