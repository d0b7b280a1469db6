"""What a written value is taken for, at its edges."""

from datetime import datetime

import pytest

from analytics.parameters.kinds import instant, local_time, whole_number


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("12", 12),
        (" 12 ", 12),
        ("+7", 7),
        ("-0", 0),
        ("0012", 12),
        ("9223372036854775807", 2**63 - 1),
        ("-9223372036854775808", -(2**63)),
        ("9223372036854775808", None),
        ("12345678901234567890", None),
        ("12.7", None),
        ("1e3", None),
        ("1_000", None),
        ("٣", None),
        ("\t1", None),
        ("", None),
        (None, None),
    ],
)
def test_whole_numbers(written: str | None, number: int | None) -> None:
    assert whole_number(written) == number


def test_a_number_too_wide_for_its_column_is_none() -> None:
    assert whole_number("32767", 16) == 32767
    assert whole_number("32768", 16) is None
    assert whole_number("-32769", 16) is None


@pytest.mark.parametrize(
    ("written", "microseconds"),
    [
        ("0", None),
        ("1199145599", None),
        ("1199145600", 1_199_145_600_000_000),
        ("1695673772", 1_695_673_772_000_000),
        ("253402300799", 253_402_300_799_000_000),
        ("253402300800", None),
        ("-1", None),
        ("2023-09-25", None),
    ],
)
def test_instants(written: str, microseconds: int | None) -> None:
    assert instant(written) == microseconds


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2026-11-21 12:30:05", datetime(2026, 11, 21, 12, 30, 5)),
        ("2026-11-21T12:30:05", datetime(2026, 11, 21, 12, 30, 5)),
        (" 2026-11-21 12:30 ", datetime(2026, 11, 21, 12, 30)),
        ("2026-02-30 10:00:00", None),
        ("0000-01-01 10:00:00", None),
        ("0001-01-01 00:00:00", None),
        ("1753-01-01 00:00:00", None),
        ("1900-01-01T00:00:00", None),
        ("1970-01-01 03:00:00", None),
        ("2007-12-31 23:59:59", None),
        ("2008-01-01 00:00:00", datetime(2008, 1, 1)),
        ("2026-11-21T12:30", None),
        ("2026-11-21 24:00:00", None),
        ("2026-11-21", None),
        ("21.11.2026 12:30", None),
        ("вчера", None),
        ("٢٠٢٦-11-21 12:30", None),
    ],
)
def test_local_times(written: str, moment: datetime | None) -> None:
    assert local_time(written) == moment
