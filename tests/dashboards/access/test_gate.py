"""Who gets past the gate, and where others are sent."""

from urllib.parse import parse_qsl, quote, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from dashboards.access.gate import form_token
from dashboards.access.grants import Grant
from dashboards.access.people import add_user, find_user, remove_user, set_grant, set_password
from dashboards.access.roles import Role
from dashboards.access.sign_in.sessions import COOKIE, Session, begin_session, seal_session
from dashboards.access.state import AccessStore
from dashboards.access.tokens import list_tokens, revoke_token
from tests.dashboards.access.conftest import PASSWORD, Clock, submit, try_password
from tests.dashboards.access.signing_in import NO_PASSWORD, bearer, session_cookie, sign_in

DATA = "leads.example"
"""What the page shows to those with access."""
API = "/api/reports/overview"


def test_without_a_user_nothing_is_shown_but_how_to_set_one_up(
    app: Flask, access: AccessStore
) -> None:
    client = app.test_client()
    for path in ("/", "/access", "/recordings/1", "/sign-in"):
        page = client.get(path, headers={"Accept-Language": "en"})
        assert page.status_code == 200
        assert "set up the first user" in page.text
        assert DATA not in page.text
    refused = client.get(API)
    assert (refused.status_code, list(refused.get_json())) == (403, ["error"])
    assert client.get("/static/page.css").status_code == 200
    assert "admin-1" in client.get("/access", headers=bearer(access, Role.ADMIN)).text


def test_strangers_are_sent_to_sign_in_and_programs_told_so(app: Flask, anna: str) -> None:
    client = app.test_client()
    page = client.get("/?source=яндекс&lang=ru")
    assert page.status_code == 302
    address = urlsplit(page.headers["Location"])
    assert (address.netloc, address.path) == ("", "/sign-in")
    assert dict(parse_qsl(address.query)) == {"next": f"/?source={quote('яндекс')}&lang=ru"}
    program = client.get(API)
    assert (program.status_code, list(program.get_json())) == (401, ["error"])
    assert program.headers["WWW-Authenticate"] == "Bearer"
    for path in ("/", "/access", API):
        assert DATA not in client.get(path).text


def test_signing_in_leads_back_and_signing_out_ends_it(
    app: Flask, access: AccessStore, anna: str
) -> None:
    client = app.test_client()
    wrong = try_password(client, "wrong password")
    assert wrong.status_code == 403
    assert 'role="alert"' in wrong.text
    assert client.get("/").status_code == 302
    assert 'autocomplete="current-password"' in wrong.text
    target = "/sign-in?next=/%3Ffrom%3D2026-11-01"
    answer = submit(client, target, name=" Anna ", password=PASSWORD)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/?from=2026-11-01")
    assert DATA in client.get("/").text
    assert "anna" in client.get("/access").text
    copied = client.get_cookie(COOKIE)
    assert copied is not None
    program = bearer(access, Role.VIEWER, "anna")
    assert app.test_client().post("/sign-out", headers=program).status_code == 303
    assert client.get("/").status_code == 200
    token = form_token_of(app, client)
    assert client.post("/sign-out", data={"form_token": token}).status_code == 303
    assert client.get("/").status_code == 302
    client.set_cookie(COOKIE, copied.value)
    assert client.get("/").status_code == 302


def form_token_of(app: Flask, client: FlaskClient) -> str:
    """Form token shown to this browser."""
    cookie = client.get_cookie(COOKIE)
    assert cookie is not None
    with app.test_request_context("/", headers={"Cookie": f"{COOKIE}={cookie.value}"}):
        return form_token()


@pytest.mark.parametrize(
    "address",
    [
        "//evil.example",
        "https://evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        " //evil.example",
        "javascript:alert(1)",
        "evil.example",
        "///evil.example",
        "http:/evil.example",
        "",
    ],
)
def test_signing_in_never_leads_elsewhere(app: Flask, access: AccessStore, address: str) -> None:
    client = sign_in(app.test_client(), access)
    answer = client.get("/sign-in", query_string={"next": address})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")


def test_the_cookie_is_out_of_reach(app: Flask, anna: str) -> None:
    plain = try_password(app.test_client(), PASSWORD).headers["Set-Cookie"].split("; ")
    assert plain[0].startswith("calltouch_session=")
    assert {"HttpOnly", "Path=/", "SameSite=Lax", "Max-Age=1209600"} <= set(plain)
    assert "Secure" not in plain
    client = app.test_client()
    over_tls = client.get("/sign-in", base_url="https://leads.example").headers["Set-Cookie"]
    assert "Secure" in over_tls.split("; ")


def test_a_session_ends_with_the_password_the_role_the_user_and_time(
    app: Flask, access: AccessStore, clock: Clock
) -> None:
    client = app.test_client()
    for change in ("password", "role", "removal", "time"):
        sign_in(client, access, Role.VIEWER)
        assert client.get("/").status_code == 200
        with access.changing() as db:
            if change == "password":
                set_password(db, "viewer", NO_PASSWORD)
            elif change == "role":
                set_grant(db, "viewer", Grant(Role.ANALYST))
            elif change == "removal":
                remove_user(db, "viewer")
                add_user(db, clock(), "viewer", Role.VIEWER, NO_PASSWORD)
            else:
                clock.turn(days=14)
        assert client.get("/").status_code == 302, change


def test_a_session_of_our_own_making_only(app: Flask, access: AccessStore) -> None:
    cookie = session_cookie(access)
    elsewhere = AccessStore(":memory:", access.clock)
    with access.reading() as db:
        user = find_user(db, "admin")
    forged = seal_session(elsewhere, begin_session(access.clock(), user))
    # The last character has unused bits; one in the middle of the signature does not.
    changed = cookie[:-9] + ("A" if cookie[-9] != "A" else "B") + cookie[-8:]
    for value in (forged, changed, cookie.upper(), "x"):
        client = app.test_client()
        client.set_cookie(COOKIE, value)
        assert client.get("/").status_code == 302
    nobody = seal_session(access, Session(None, "", "t", int(access.clock().timestamp())))
    client = app.test_client()
    client.set_cookie(COOKIE, nobody)
    assert client.get("/").status_code == 302


def test_a_form_without_the_token_of_its_session_does_nothing(
    app: Flask, access: AccessStore
) -> None:
    client = sign_in(app.test_client(), access)
    other = app.test_client()
    foreign = other.get("/sign-in").text.partition('name="form_token" value="')[2].split('"')[0]
    for fields in ({}, {"form_token": ""}, {"form_token": "é"}, {"form_token": foreign}):
        assert client.post("/sign-out", data=fields).status_code == 400
        assert client.get("/access").status_code == 200
        assert app.test_client().post("/sign-in", data=fields).status_code == 400
    assert client.post("/sign-out", headers={"X-Form-Token": foreign}).status_code == 400


def test_tokens_are_hashed_noted_once_a_minute_and_can_be_revoked(
    app: Flask, access: AccessStore, clock: Clock
) -> None:
    header = bearer(access, Role.ADMIN, "crm")
    token = header["Authorization"].removeprefix("Bearer ")
    with access.reading() as db:
        dump = "\n".join(db.iterdump())
    assert len(token) == 43
    assert token not in dump

    def last_used() -> object:
        client = app.test_client()
        answer = client.get("/access", headers=header)
        assert (answer.status_code, "Set-Cookie" in answer.headers) == (200, False)
        with access.reading() as db:
            return list_tokens(db)[0].last_used_at

    first = clock()
    assert last_used() == first
    clock.turn(seconds=59)
    assert last_used() == first
    clock.turn(seconds=1)
    assert last_used() == clock()
    with access.changing() as db:
        revoke_token(db, "crm")
    for bad in (header, {"Authorization": "Bearer "}, {"Authorization": "bearer x"}):
        answer = app.test_client().get("/access", headers=bad)
        assert (answer.status_code, list(answer.get_json())) == (401, ["error"])
        assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ANALYST])
def test_only_admins_see_who_has_access(app: Flask, access: AccessStore, role: Role) -> None:
    assert sign_in(app.test_client(), access, role).get("/access").status_code == 403
    assert app.test_client().get("/access", headers=bearer(access, role)).get_json() == {
        "error": "your role does not allow this"
    }
