"""One-time links: for the first user, and to sign in."""

from concurrent.futures import ThreadPoolExecutor

from flask import Flask

from dashboards.access.people import list_users, remove_user
from dashboards.access.roles import Role
from dashboards.access.sign_in.links import make_set_up_code, make_sign_in_code, use_set_up_code
from dashboards.access.sign_in.views import make_first_user
from dashboards.access.state import AccessStore
from tests.dashboards.access.conftest import PASSWORD, Clock, form_token_at, submit
from tests.dashboards.access.signing_in import session_cookie

FIRST = {"name": "Анна", "password": PASSWORD, "again": PASSWORD}


def set_up_code(access: AccessStore) -> str:
    with access.changing() as db:
        code = make_set_up_code(db, access.clock())
        assert code is not None
        assert code not in "\n".join(db.iterdump())
    return code


def test_the_set_up_link_makes_one_admin_and_signs_in(app: Flask, access: AccessStore) -> None:
    outdated, code = (set_up_code(access) for _ in range(2))
    client = app.test_client()
    assert client.get(f"/set-up/{outdated}").status_code == 404
    for wrong in ({}, {"again": "another one"}, {"password": "x", "again": "x"}):
        fields = FIRST | wrong | {"form_token": form_token_at(client, f"/set-up/{code}")}
        # Refused before the slow password check.
        assert client.post(f"/set-up/{outdated}", data=fields).status_code == 404
    assert make_first_user(access, outdated, "a b", "x", "") is None
    url = f"/set-up/{code}"
    for wrong in ({"again": "another one"}, {"name": "a b"}, {"password": "x", "again": "x"}):
        again = submit(client, url, **FIRST | wrong)
        assert (again.status_code, 'role="alert"' in again.text) == (422, True)
        assert PASSWORD not in again.text
    assert submit(client, url, **FIRST).status_code == 303
    assert client.get("/access").status_code == 200
    assert app.test_client().get(url).status_code == 404
    with access.changing() as db:
        assert [(user.name, user.role) for user in list_users(db)] == [("анна", Role.ADMIN)]
        assert make_set_up_code(db, access.clock()) is None
        # Used up, even if nobody is left.
        remove_user(db, "анна", force=True)
    assert make_first_user(access, code, "eve", PASSWORD, "") is None


def test_the_set_up_link_dies_when_a_user_is_added_otherwise(
    app: Flask, access: AccessStore
) -> None:
    code = set_up_code(access)
    session_cookie(access, Role.VIEWER)
    assert app.test_client().get(f"/set-up/{code}").status_code == 404
    assert make_first_user(access, code, "eve", PASSWORD, "") is None
    with access.reading() as db:
        assert [user.name for user in list_users(db)] == ["viewer"]


def test_the_set_up_link_is_valid_for_a_day(app: Flask, access: AccessStore, clock: Clock) -> None:
    code = set_up_code(access)
    client = app.test_client()
    clock.turn(hours=23, minutes=59)
    fields = FIRST | {"form_token": form_token_at(client, f"/set-up/{code}")}
    clock.turn(minutes=1)
    assert client.get(f"/set-up/{code}").status_code == 404
    assert client.post(f"/set-up/{code}", data=fields).status_code == 404
    assert make_first_user(access, code, "eve", PASSWORD, "") is None
    with access.changing() as db:
        assert not use_set_up_code(db, clock(), code)
        assert list_users(db) == []
    assert client.get(f"/set-up/{set_up_code(access)}").status_code == 200


def test_two_that_use_the_set_up_link_at_once_make_one_admin(access: AccessStore) -> None:
    code = set_up_code(access)
    other = AccessStore(access._path, access.clock)

    def use(number: int) -> bool:
        by = (access, other)[number % 2]
        return make_first_user(by, code, f"admin{number}", PASSWORD, "") is not None

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(use, range(4))) == [False, False, False, True]
    other.close()
    with access.reading() as db:
        assert len(list_users(db)) == 1


def test_a_sign_in_link_works_once_within_an_hour(
    app: Flask, access: AccessStore, clock: Clock
) -> None:
    session_cookie(access, Role.ANALYST)
    with access.changing() as db:
        code, late, removed = (make_sign_in_code(db, clock(), "analyst") for _ in range(3))
    client = app.test_client()
    for ahead in ({"Sec-Purpose": "prefetch;prerender"}, {"Purpose": "prefetch"}):
        client.get(f"/enter/{code}", headers=ahead)
    client.head(f"/enter/{code}")
    assert client.get("/").status_code == 302
    assert client.get(f"/enter/{code}").status_code == 303
    assert client.get("/").status_code == 200
    assert client.get("/access").status_code == 403
    stranger = app.test_client()
    assert stranger.get(f"/enter/{code}").status_code == 404
    clock.turn(hours=1)
    assert stranger.get(f"/enter/{late}").status_code == 404
    clock.turn(hours=-1)
    with access.changing() as db:
        remove_user(db, "analyst")
    assert stranger.get(f"/enter/{removed}").status_code == 404
