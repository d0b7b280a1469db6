"""What people write as an instant, in zones whose clocks are put forward and back."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from analytics.as_of.instant import read_instant


@pytest.mark.parametrize(
    ("written", "zone", "instant"),
    [
        ("2026-11-23", "Europe/Moscow", "2026-11-23T20:59:59.999999"),
        ("2026-11-23T09:00", "Europe/Moscow", "2026-11-23T06:00:00"),
        ("2026-11-23T09:00Z", "Europe/Moscow", "2026-11-23T09:00:00"),
        ("2026-11-23T09:00:30.5+05:00", "Europe/Moscow", "2026-11-23T04:00:30.500000"),
        # Its last hour comes twice; the next day begins an hour late.
        ("2026-10-24", "Asia/Beirut", "2026-10-24T21:59:59.999999"),
        ("2026-03-28", "Asia/Beirut", "2026-03-28T21:59:59.999999"),
        # The first of two, and one that there was not.
        ("2026-10-25T02:30", "Europe/Berlin", "2026-10-25T00:30:00"),
        ("2026-03-29T02:30", "Europe/Berlin", "2026-03-29T01:30:00"),
    ],
)
def test_an_instant_is_read_in_the_zone(written: str, zone: str, instant: str) -> None:
    expected = datetime.fromisoformat(instant).replace(tzinfo=UTC)
    assert read_instant(written, ZoneInfo(zone)).astimezone(UTC) == expected


@pytest.mark.parametrize(
    "written", ["", "gestern", "2026-02-30", "2026-11-23 09:00", "20261123", "2026-11-23T25:00"]
)
def test_what_is_none_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_instant(written, ZoneInfo("Europe/Moscow"))


def test_no_day_comes_after_the_last_one() -> None:
    with pytest.raises(OverflowError):
        read_instant("9999-12-31", ZoneInfo("Europe/Moscow"))
