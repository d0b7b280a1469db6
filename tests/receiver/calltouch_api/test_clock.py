"""A request is never dated later than on the server's clock."""

from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest

from receiver.calltouch_api.clock import began_at

NOON = 1_795_154_400
AHEAD = 300


def header(at: float) -> str:
    return format_datetime(datetime.fromtimestamp(int(at), UTC), usegmt=True)


def test_with_clocks_alike_it_is_the_second_before_the_answer_came() -> None:
    assert began_at(NOON + 0.4, 0.2, header(NOON)) == NOON - 1
    assert began_at(NOON + 0.4, 0.0, header(NOON)) == NOON


@pytest.mark.parametrize("fraction", [0.0, 0.001, 0.5, 0.999])
@pytest.mark.parametrize("waited", [0.0, 0.05, 0.7, 1.0, 45.3])
@pytest.mark.parametrize("skew", [0, 0.7, -0.7, AHEAD, -AHEAD, 10_800, -10_800])
def test_it_is_never_later_and_at_most_the_answers_time_too_early(
    fraction: float, waited: float, skew: float
) -> None:
    """Whenever the server wrote the header: at the start or at the very end of its answer."""
    by_server = NOON + fraction
    for written in (by_server, by_server + waited):
        second = began_at(by_server - skew, waited, header(written))
        assert second <= by_server
        assert second > by_server - waited - 2


@pytest.mark.parametrize(
    "date",
    [
        None,
        "",
        "noon",
        "Tue, 32 Foo 2026",
        "Sat, 21 Nov 2026 12:00:00",
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "Fri, 31 Dec 9999 23:59:59 GMT",
        header(NOON + 2 * 86_400),
        header(NOON - 2 * 86_400),
    ],
)
def test_without_a_header_that_makes_sense_our_clock_has_to_do(date: str | None) -> None:
    assert began_at(NOON + 0.9, 3.0, date) == NOON


def test_a_header_may_name_another_zone() -> None:
    moscow = datetime.fromtimestamp(NOON + AHEAD, timezone(timedelta(hours=3)))
    assert began_at(NOON, 0.0, format_datetime(moscow)) == NOON + AHEAD
