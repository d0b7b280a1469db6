"""Guessing passwords leads nowhere soon."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from flask import Flask

from dashboards.access.attempts import TooManyAttempts, count_attempt
from dashboards.access.passwords import is_right
from dashboards.access.signing_in import check_password
from dashboards.access.state import Access
from tests.dashboards.access.conftest import PASSWORD, Clock, try_password


def test_five_failures_and_a_name_must_wait_where_they_came_from(
    app: Flask, access: Access, anna: str, clock: Clock
) -> None:
    client = app.test_client()
    for _ in range(5):
        with access.changing() as db:
            count_attempt(db, clock(), "anna", "127.0.0.1")
        clock.turn(minutes=1)
    limited = try_password(client, PASSWORD)
    assert (limited.status_code, limited.headers["Retry-After"]) == (429, "600")
    # 12:15 in UTC and the end of that minute, in Moscow.
    assert "15:16" in limited.text
    with access.changing() as db:
        count_attempt(db, clock(), "anna", "10.0.0.2")
    clock.turn(seconds=600)
    assert try_password(client, PASSWORD).status_code == 303


def test_fifty_failures_and_a_name_must_wait_everywhere(access: Access, clock: Clock) -> None:
    with access.changing() as db:
        for number in range(50):
            count_attempt(db, clock(), "anna", f"10.0.0.{number // 5}")
        with pytest.raises(TooManyAttempts):
            count_attempt(db, clock(), "anna", "10.0.1.1")
        count_attempt(db, clock(), "boris", "10.0.1.1")


def test_the_addresses_of_an_ipv6_network_count_as_one(access: Access, clock: Clock) -> None:
    with access.changing() as db:
        for number in range(5):
            count_attempt(db, clock(), "anna", f"2001:db8:0:7:{number}::1")
        with pytest.raises(TooManyAttempts):
            count_attempt(db, clock(), "anna", "2001:db8:0:7::9")
        count_attempt(db, clock(), "anna", "2001:db8:0:8::9")


def test_success_forgets_the_failures_of_the_name(access: Access, anna: str) -> None:
    for _ in range(2):
        for _ in range(4):
            with access.changing() as db:
                count_attempt(db, access.clock(), "anna", "10.0.0.1")
        assert check_password(access, "anna", PASSWORD, "10.0.0.1")


def test_twenty_failures_and_an_address_must_wait(access: Access, clock: Clock) -> None:
    with access.changing() as db:
        for number in range(20):
            count_attempt(db, clock(), f"name{number}", "10.0.0.1")
        with pytest.raises(TooManyAttempts):
            count_attempt(db, clock(), "another", "10.0.0.1")
        count_attempt(db, clock(), "another", "10.0.0.2")
        clock.turn(minutes=15)
        count_attempt(db, clock(), "another", "10.0.0.1")


def test_many_guesses_at_once_count_as_many(access: Access) -> None:
    def guess(number: int) -> int:
        with suppress(TooManyAttempts):
            check_password(access, "anna", f"guess number {number}", "10.0.0.1")
            return 1
        return 0

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(guess, range(8))) == 5


def test_a_name_that_nobody_has_takes_as_long(password_hash: str) -> None:
    def seconds(password_hash: str | None) -> float:
        started = time.thread_time()
        assert not is_right("a wrong guess", password_hash)
        return time.thread_time() - started

    seconds(None)
    assert min(seconds(None) for _ in range(2)) > 0.5 * seconds(password_hash)


def test_names_of_nobody_are_kept_nowhere(access: Access) -> None:
    """They may be passwords."""
    check_password(access, "hunter2hunter2", "x", "10.0.0.1")
    with access.reading() as db:
        assert "hunter2" not in "\n".join(db.iterdump())
