"""A feed by cursor: whoever goes on from it misses no change and gets none twice."""

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import calltouch
from calltouch.dataset import Dataset
from tests.dashboards.conftest import Place
from tests.dashboards.leads import Delivered, call

START = datetime(2026, 11, 1, 9, tzinfo=UTC)


def sent(number: int, chance: random.Random) -> Delivered:
    """About one of twelve calls; sometimes nothing new, and sometimes late."""
    lead_id = chance.randrange(1, 13)
    late = timedelta(hours=chance.choice([0, 0, 0, 5]))
    at = START + timedelta(minutes=number)
    fields = {
        "manager": f"{chance.randrange(3)}",
        "sendingTimestamp": f"{(at - late).timestamp():.0f}",
    }
    return Delivered(at, call(lead_id, START, **fields))


def told(data: Dataset) -> dict[int, tuple[int, str]]:
    """Deliveries that changed a lead: which, and how."""
    rows = data.sql("""
        select delivery_id, lead_id, outcome from deliveries
        where outcome in ('created', 'updated') order by delivery_id
    """).arrow()
    return {row["delivery_id"]: (row["lead_id"], row["outcome"]) for row in rows.to_pylist()}


@pytest.mark.parametrize("seed", range(3))
def test_who_follows_the_cursor_misses_nothing_and_gets_nothing_twice(
    tmp_path: Path, seed: int
) -> None:
    """A late delivery may change how older ones count, but is a change itself then: what is known
    of any lead changes only where the feed has just named it."""
    chance, place = random.Random(seed), Place(tmp_path)
    given: list[int] = []
    leads: dict[int, int] = {}
    cursor, number, seen = 0, 0, 0
    place.add([sent(number, chance)])
    with calltouch.open(place.published, now=START + timedelta(days=1)) as data:
        for _ in range(8):
            size = chance.randrange(1, 9)
            before = set(told(data))
            place.add([sent(number + one, chance) for one in range(1, size + 1)])
            number += size
            while len(changes := data.changes(cursor, limit=chance.choice([2, 50]))):
                rows = changes.arrow().to_pylist()
                given += [row["delivery_id"] for row in rows]
                leads |= {row["delivery_id"]: row["lead_id"] for row in rows}
                assert changes.cursor == given[-1] > cursor
                cursor = changes.cursor
            now = told(data)
            touched = {now[one][0] for one in now.keys() - before}
            assert touched <= {leads[one] for one in given[seen:]}
            seen = len(given)
        assert data.changes(cursor).cursor == cursor
    assert given == sorted(set(given))
    assert len(given) > 12


def test_it_begins_at_an_instant_too(local: Dataset) -> None:
    (row,) = (
        local.sql("select max(received_at) - interval 6 hours as at from deliveries")
        .arrow()
        .to_pylist()
    )
    since = local.changes(row["at"])
    assert all(received > row["at"] for received in since.arrow()["received_at"].to_pylist())
    assert 0 < len(since) < len(local.changes())
    assert local.changes(since.cursor).arrow().num_rows == 0
    with pytest.raises(calltouch.BadOption, match="zone"):
        local.changes(datetime(2026, 11, 1))


def test_changed_fields_are_those_of_the_newer_deliveries(tmp_path: Path) -> None:
    place = Place(tmp_path)
    told = {"manager": "anna", "sendingTimestamp": f"{START.timestamp():.0f}"}
    place.add([Delivered(START, call(1, START, **told))])
    with calltouch.open(place.published, now=START + timedelta(days=1)) as data:
        first = data.changes()
        later = f"{START.timestamp() + 60:.0f}"
        again = {**told, "rating": "5", "sendingTimestamp": later}
        place.add([Delivered(START + timedelta(minutes=1), call(1, START, **again))])
        (row,) = data.changes(first.cursor).arrow().to_pylist()
    assert (row["outcome"], row["changed_fields"]) == ("updated", ["rating"])
