"""When something may be done."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from flows.hours import next_opening

MOSCOW = ZoneInfo("Europe/Moscow")


@pytest.mark.parametrize(
    ("hours", "moment", "opening"),
    [
        ("", "2026-11-21T03:00", "2026-11-21T03:00"),
        ("09:00-21:00", "2026-11-21T08:59", "2026-11-21T09:00"),
        ("09:00-21:00", "2026-11-21T09:00", "2026-11-21T09:00"),
        ("09:00-21:00", "2026-11-21T20:59", "2026-11-21T20:59"),
        ("09:00-21:00", "2026-11-21T21:00", "2026-11-22T09:00"),
        ("09:00-24:00", "2026-11-21T23:59", "2026-11-21T23:59"),
        ("22:00-02:00", "2026-11-21T22:00", "2026-11-21T22:00"),
        ("22:00-02:00", "2026-11-21T01:59", "2026-11-21T01:59"),
        ("22:00-02:00", "2026-11-21T02:00", "2026-11-21T22:00"),
        # The 21st is a Saturday.
        ("mon-fri 09:00-20:00", "2026-11-21T12:00", "2026-11-23T09:00"),
        ("mon-fri 09:00-20:00, sat 10:00-16:00", "2026-11-21T09:30", "2026-11-21T10:00"),
        ("mon-fri 09:00-20:00, sat 10:00-16:00", "2026-11-21T12:00", "2026-11-21T12:00"),
        ("sat-mon 10:00-11:00", "2026-11-22T10:30", "2026-11-22T10:30"),
        ("sun 10:00-11:00", "2026-11-22T11:00", "2026-11-29T10:00"),
    ],
)
def test_the_next_opening(hours: str, moment: str, opening: str) -> None:
    at = datetime.fromisoformat(moment).replace(tzinfo=MOSCOW).timestamp()
    found = datetime.fromtimestamp(next_opening(at, hours, MOSCOW), MOSCOW)
    assert found.replace(tzinfo=None).isoformat(timespec="minutes") == opening
