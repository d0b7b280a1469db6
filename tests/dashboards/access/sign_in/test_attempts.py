"""Guessing passwords is stopped quickly."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from flask import Flask, request

from dashboards.access.sign_in.attempts import PAUSE, TooManyAttempts, count_attempt
from dashboards.access.sign_in.devices import COOKIE as DEVICE
from dashboards.access.sign_in.devices import device_of
from dashboards.access.sign_in.passwords import is_right
from dashboards.access.sign_in.sessions import COOKIE as SESSION
from dashboards.access.sign_in.sessions import sealer
from dashboards.access.sign_in.views import check_password, take_turn
from dashboards.access.state import AccessStore
from tests.dashboards.access.conftest import PASSWORD, Clock, try_password


def test_after_five_failures_a_name_takes_turns_where_they_came_from(
    app: Flask, access: AccessStore, anna: str, clock: Clock
) -> None:
    began = clock()
    for _ in range(8):
        take_turn(access, "anna", "127.0.0.1")
    assert clock() - began == 3 * PAUSE
    take_turn(access, "anna", "10.0.0.2")
    assert clock() - began == 3 * PAUSE


def test_who_knows_the_password_is_let_in_whatever_a_stranger_guesses_there(
    app: Flask, access: AccessStore, anna: str, clock: Clock
) -> None:
    for number in range(100):
        take_turn(access, "anna", "127.0.0.1")
        take_turn(access, f"name{number}", "127.0.0.1")
    before = clock()
    assert try_password(app.test_client(), PASSWORD).status_code == 303
    assert clock() - before <= PAUSE


def test_a_browser_that_was_let_in_before_does_not_wait(
    app: Flask, access: AccessStore, anna: str, clock: Clock
) -> None:
    known = app.test_client()
    assert try_password(known, PASSWORD).status_code == 303
    known.delete_cookie(SESSION)
    for _ in range(60):
        take_turn(access, "anna", "127.0.0.1")
    before = clock()
    assert try_password(known, "a slip of the pen").status_code == 403
    assert try_password(known, PASSWORD).status_code == 303
    assert clock() == before


def test_a_browser_that_was_let_in_guesses_no_faster_than_a_strangers(
    app: Flask, access: AccessStore, anna: str, clock: Clock
) -> None:
    stolen = app.test_client()
    assert try_password(stolen, PASSWORD).status_code == 303
    cookie = stolen.get_cookie(DEVICE, path="/sign-in")
    assert cookie is not None
    before = clock()
    for _ in range(12):
        take_turn(access, "anna", "127.0.0.1", "its device")
    assert clock() - before == 2 * PAUSE
    # Known for anna only.
    with app.test_request_context("/sign-in", headers={"Cookie": f"{DEVICE}={cookie.value}"}):
        assert device_of(access, request, "anna")
        assert device_of(access, request, "boris") is None


def test_a_forged_device_is_a_strangers(app: Flask, access: AccessStore, anna: str) -> None:
    sealed = sealer(access, "calltouch session").dumps(["anna", "x"])
    for forged in ("", "x", "WyJhbm5hIiwieCJd.x", sealed):
        with app.test_request_context("/sign-in", headers={"Cookie": f"{DEVICE}={forged}"}):
            assert device_of(access, request, "anna") is None


def test_while_somebody_waits_the_next_one_is_told_when_to_come_again(
    app: Flask, access: AccessStore, anna: str, clock: Clock
) -> None:
    with access.changing() as db:
        for _ in range(5):
            count_attempt(db, clock(), "anna", "127.0.0.1")
    with access.waiting:
        limited = try_password(app.test_client(), PASSWORD)
    assert (limited.status_code, limited.headers["Retry-After"]) == (429, "5")
    assert "повторите через 5 с" in limited.text
    assert try_password(app.test_client(), PASSWORD).status_code == 303


def test_after_fifty_failures_a_name_takes_turns_everywhere(
    access: AccessStore, clock: Clock
) -> None:
    with access.changing() as db:
        for number in range(50):
            count_attempt(db, clock(), "anna", f"10.0.0.{number // 5}")
        with pytest.raises(TooManyAttempts):
            count_attempt(db, clock(), "anna", "10.0.1.1")
        count_attempt(db, clock(), "boris", "10.0.1.1")


def test_the_addresses_of_an_ipv6_network_count_as_one(access: AccessStore, clock: Clock) -> None:
    with access.changing() as db:
        for number in range(5):
            count_attempt(db, clock(), "anna", f"2001:db8:0:7:{number}::1")
        with pytest.raises(TooManyAttempts):
            count_attempt(db, clock(), "anna", "2001:db8:0:7::9")
        count_attempt(db, clock(), "anna", "2001:db8:0:8::9")


def test_success_forgets_the_failures_of_the_name(access: AccessStore, anna: str) -> None:
    for _ in range(2):
        for _ in range(4):
            with access.changing() as db:
                count_attempt(db, access.clock(), "anna", "10.0.0.1")
        assert check_password(access, "anna", PASSWORD, "10.0.0.1")


def test_after_twenty_failures_an_address_takes_turns(access: AccessStore, clock: Clock) -> None:
    with access.changing() as db:
        for number in range(20):
            count_attempt(db, clock(), f"name{number}", "10.0.0.1")
        with pytest.raises(TooManyAttempts):
            count_attempt(db, clock(), "another", "10.0.0.1")
        count_attempt(db, clock(), "another", "10.0.0.2")
        clock.turn(seconds=PAUSE.total_seconds())
        count_attempt(db, clock(), "another", "10.0.0.1")
        with pytest.raises(TooManyAttempts):
            count_attempt(db, clock(), "another", "10.0.0.1")
        clock.turn(minutes=15)
        for _ in range(5):
            count_attempt(db, clock(), "another", "10.0.0.1")


def test_many_guesses_at_once_count_as_many(access: AccessStore, clock: Clock) -> None:
    def guess(number: int) -> int:
        with suppress(TooManyAttempts):
            check_password(access, "anna", f"guess number {number}", "10.0.0.1")
            return 1
        return 0

    with access.waiting, ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(guess, range(8))) == 5


def test_a_name_that_nobody_has_takes_as_long(password_hash: str) -> None:
    def seconds(password_hash: str | None) -> float:
        started = time.thread_time()
        assert not is_right("a wrong guess", password_hash)
        return time.thread_time() - started

    seconds(None)
    assert min(seconds(None) for _ in range(2)) > 0.5 * seconds(password_hash)


def test_names_of_nobody_are_kept_nowhere(access: AccessStore) -> None:
    """They may be passwords."""
    check_password(access, "hunter2hunter2", "x", "10.0.0.1")
    with access.reading() as db:
        assert "hunter2" not in "\n".join(db.iterdump())
