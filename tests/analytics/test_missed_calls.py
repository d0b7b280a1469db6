"""The view missed_calls: when a client who was missed was answered."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from duckdb import DuckDBPyConnection

from analytics.store import open_store
from tests.analytics.folding import BASIS

MISSED, ANSWERED = "unsuccessful", "successful"
AT = datetime.fromisoformat("2026-11-20T12:00:00+00:00")


@pytest.fixture
def db() -> Iterator[DuckDBPyConnection]:
    store = open_store(Path(":memory:"), BASIS)
    yield store
    store.close()


def add(
    db: DuckDBPyConnection,
    lead_id: int,
    minute: int | None,
    status: str | None,
    client: str | None = "a",
    phone: str | None = "79160000001",
    site: int | None = 1,
    phase: str = "calldisconnected",
) -> None:
    at = None if minute is None else AT + timedelta(minutes=minute)
    db.execute(
        """insert into leads by name
        select 'call' as lead_type, $lead_id as lead_id, $site as site_id, $at as happened_at,
            date '2026-11-20' as day, $phone as caller_phone, $client as ct_caller_id,
            $phase as call_phase, $status as status, 1 as attribution_model,
            $received as first_received_at, $received as last_received_at,
            $received as last_sent_at, 1 as delivery_count""",
        {
            "lead_id": lead_id,
            "site": site,
            "at": at,
            "phone": phone,
            "client": client,
            "phase": phase,
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
    add(db, 2, 1, ANSWERED, client="b")
    add(db, 3, 2, ANSWERED, site=2)
    # The phone stands for the client where Calltouch does not name one.
    add(db, 4, 0, MISSED, client=None)
    add(db, 5, 3, ANSWERED, client=None)
    # Without a site they are of one; without a phone they are of nobody.
    add(db, 6, 0, MISSED, client="c", site=None)
    add(db, 7, 4, ANSWERED, client="c", site=None)
    add(db, 8, 0, MISSED, client=None, phone=None)
    add(db, 9, 5, ANSWERED, client=None, phone=None)
    assert recovered(db) == {1: None, 4: 3, 6: 4, 8: None}


def test_an_answer_is_later_known_and_over(db: DuckDBPyConnection) -> None:
    add(db, 1, 0, MISSED)
    add(db, 2, 0, ANSWERED)
    add(db, 3, None, ANSWERED)
    add(db, 4, 5, ANSWERED, phase="callconnected")
    add(db, 5, 6, None)
    add(db, 6, None, MISSED)
    assert recovered(db) == {1: None, 6: None}
