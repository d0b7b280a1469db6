"""When a step is tried again."""

import pytest

from flows.retrying import PAUSES, next_try_at, seconds_asked, seconds_in

NOW = 1_795_259_100.0
"""2026-11-21, 11:05 UTC."""
LATER = NOW + 86_400


@pytest.mark.parametrize(
    ("tries", "pause"), [*enumerate(PAUSES, start=1), (9, 43_200), (50, 43_200)]
)
def test_pauses_grow_and_the_last_one_repeats(tries: int, pause: int) -> None:
    assert next_try_at(NOW, tries, 0.5, None, LATER) == NOW + pause
    assert next_try_at(NOW, tries, 0.0, None, LATER) == NOW + pause * 0.8
    assert next_try_at(NOW, tries, 1.0, None, LATER) == pytest.approx(NOW + pause * 1.2)


@pytest.mark.parametrize(("asked", "at"), [(120.0, NOW + 120), (0.0, NOW), (10.0**9, LATER)])
def test_what_the_service_asks_for_goes_before(asked: float, at: float) -> None:
    assert next_try_at(NOW, 3, 0.5, asked, LATER) == at


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120),
        (" 1.5 ", 1.5),
        ("Sat, 21 Nov 2026 11:06:00 GMT", 60),
        ("Fri, 20 Nov 2026 11:06:00 GMT", 0),
        ("999999999", 999_999_999),
        ("soon", None),
        ("-5", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after(text: str | None, seconds: float | None) -> None:
    assert seconds_asked(text, NOW) == seconds


def test_retry_after_inside_of_json() -> None:
    assert seconds_in(7, NOW) == 7
    assert seconds_in("7", NOW) == 7
    assert seconds_in(None, NOW) is None
    assert seconds_in([7], NOW) is None
