"""`/access`: who may see what, changed in a browser."""

import re
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from dashboards.access.audit import Action, read_audit
from dashboards.access.live_sessions import browser_of, list_sessions
from dashboards.access.people import find_user, list_users
from dashboards.access.roles import Role
from dashboards.access.state import AccessStore
from dashboards.access.tokens import list_tokens
from tests.dashboards.access.conftest import Clock
from tests.dashboards.access.signing_in import bearer, sign_in

CHROME = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/131.0.0.0 Safari/537.36"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) Version/17.1 Safari/604.1"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0"


@pytest.fixture
def admin(app: Flask, access: AccessStore) -> FlaskClient:
    return sign_in(app.test_client(), access)


def post(client: FlaskClient, path: str, **fields: str | list[str]) -> TestResponse:
    token = re.search(r'name="form_token" value="([^"]+)"', client.get("/access").text)
    assert token
    return client.post(path, data={"form_token": token[1], **fields})


def secret_in(answer: TestResponse) -> str:
    """What is shown once."""
    found = re.search(r'<code class="secret">([^<]+)</code>', answer.text)
    assert found, answer.text
    return unescape(found[1])


def noted(access: AccessStore) -> list[tuple[str, Action, str, str]]:
    """The newest acts, newest first."""
    with access.reading() as db:
        entries = [one.entry for one in read_audit(db, None, 20)]
    return [(one.reader, one.action, one.report, one.query) for one in entries]


def test_a_user_is_invited_and_sees_what_was_given(
    app: Flask, access: AccessStore, admin: FlaskClient
) -> None:
    fields = {"name": "Olga", "role": "analyst", "sites": "11, 7"}
    answer = post(admin, "/access/users", **fields)
    assert answer.status_code == 200
    link = secret_in(answer)
    assert link.startswith("http://localhost/enter/")
    assert noted(access)[:2] == [
        ("admin", Action.LINK_MADE, "olga", ""),
        ("admin", Action.USER_ADDED, "olga", "role=analyst&sites=7%2C11"),
    ]
    olga = app.test_client()
    assert olga.get(link.removeprefix("http://localhost")).status_code == 303
    assert olga.get("/").status_code == 200
    assert olga.get("/access").status_code == 403
    with access.reading() as db:
        user = find_user(db, "olga")
    assert user is not None
    assert user.reader.sites == frozenset({7, 11})
    assert "только сайты 7, 11" in admin.get("/access").text
    assert post(admin, "/access/users", **fields).status_code == 422, "the name is taken"


def test_what_does_not_go_together_is_refused_and_changes_nothing(
    access: AccessStore, admin: FlaskClient
) -> None:
    for fields in (
        {"name": "a b", "role": "viewer"},
        {"name": "olga", "role": "king"},
        {"name": "olga", "role": "admin", "sites": "7"},
        {"name": "olga", "role": "manager", "manager": " "},
        {"name": "olga", "role": "viewer", "sites": "seven"},
    ):
        answer = post(admin, "/access/users", **fields)
        assert answer.status_code == 422, fields
        assert 'role="alert"' in answer.text
    assert post(admin, "/access/tokens", role="manager", manager="Ольга").status_code == 422
    assert post(admin, "/access/tokens", role="viewer", days="0").status_code == 422
    assert post(admin, "/access/users/admin/remove").status_code == 422, "the last admin"
    assert post(admin, "/access/users/admin/grant", role="viewer").status_code == 422
    for path in ("users/nobody/grant", "users/nobody/link", "tokens/nobody/revoke"):
        assert post(admin, f"/access/{path}", role="viewer").status_code == 404
    with access.reading() as db:
        assert [user.name for user in list_users(db)] == ["admin"]
        assert list_tokens(db) == []
    assert noted(access) == []


def test_rights_are_changed_and_the_old_ones_end_at_once(
    app: Flask, access: AccessStore, admin: FlaskClient
) -> None:
    viewer = sign_in(app.test_client(), access, Role.VIEWER)
    assert viewer.get("/").status_code == 200
    answer = post(admin, "/access/users/viewer/grant", role="manager", manager="Ольга П.")
    assert answer.status_code == 303
    assert viewer.get("/").status_code == 302
    with access.reading() as db:
        user = find_user(db, "viewer")
    assert user is not None
    assert user.reader.manager == "Ольга П."
    assert user.reader.sites is None
    assert "Ольга П." in admin.get("/access/users/viewer").text
    assert post(admin, "/access/users/viewer/remove").status_code == 303
    assert admin.get("/access/users/viewer").status_code == 404
    actions = [action for _, action, _, _ in noted(access)]
    assert actions == [Action.USER_REMOVED, Action.ROLE_CHANGED]


def test_a_version_that_knows_no_limits_does_not_know_who_is_limited(
    access: AccessStore, admin: FlaskClient
) -> None:
    post(admin, "/access/users", name="olga", role="viewer", sites="7")
    post(admin, "/access/tokens", name="crm", role="viewer", sites="7")
    post(admin, "/access/tokens", name="week", role="viewer", days="7")
    with access.reading() as db:
        assert [len(row) for row in db.execute("select * from users").fetchall()] == [5]
        assert db.execute("select * from tokens").fetchall() == []
        assert [token.name for token in list_tokens(db)] == ["crm", "week"]


def test_a_token_is_shown_once_and_ends(
    app: Flask, access: AccessStore, admin: FlaskClient, clock: Clock
) -> None:
    answer = post(admin, "/access/tokens", name="crm", role="viewer", days="30")
    token = secret_in(answer)
    assert token not in admin.get("/access/tokens").text
    client, header = app.test_client(), {"Authorization": f"Bearer {token}"}
    assert client.get("/api/reports", headers=header).status_code == 200
    clock.turn(days=30)
    assert client.get("/api/reports", headers=header).status_code == 401
    assert "(истёк)" in sign_in(admin, access).get("/access/tokens").text
    assert post(admin, "/access/tokens/crm/revoke").status_code == 303
    assert "crm" not in admin.get("/access/tokens").text


def test_one_session_is_ended_and_the_others_go_on(
    app: Flask, access: AccessStore, admin: FlaskClient, clock: Clock
) -> None:
    first, second = (sign_in(app.test_client(), access, Role.VIEWER) for _ in range(2))
    first.get("/", headers={"User-Agent": CHROME}, environ_base={"REMOTE_ADDR": "10.1.2.3"})
    clock.turn(minutes=2)
    second.get("/")
    page = admin.get("/access/sessions").text
    assert "Chrome, Windows" in page
    assert "10.1.2.3" in page
    assert "(этот)" in page
    with access.reading() as db:
        known = list_sessions(db, clock())
    (ended,) = (one for one in known if one.address == "10.1.2.3")
    assert post(admin, f"/access/sessions/{ended.session_id}/end").status_code == 303
    assert first.get("/").status_code == 302
    assert second.get("/").status_code == 200
    assert "10.1.2.3" not in admin.get("/access/sessions").text
    assert post(admin, "/access/users/viewer/end").status_code == 303
    assert second.get("/").status_code == 302
    assert "/access/users/viewer" not in admin.get("/access/sessions").text


def test_a_session_is_noted_once_a_minute_and_forgotten_in_time(
    app: Flask, access: AccessStore, admin: FlaskClient, clock: Clock
) -> None:
    admin.get("/access")
    clock.turn(seconds=50)
    admin.get("/access")
    with access.reading() as db:
        (session,) = list_sessions(db, clock())
        assert session.last_used_at == clock() - timedelta(seconds=50)
        assert list_sessions(db, clock() + timedelta(days=14)) == []


def test_programs_have_no_sessions(app: Flask, access: AccessStore, clock: Clock) -> None:
    app.test_client().get("/access", headers=bearer(access, Role.ADMIN))
    with access.reading() as db:
        assert list_sessions(db, clock()) == []


@pytest.mark.parametrize(
    ("agent", "told"),
    [
        (CHROME, "Chrome, Windows"),
        (f"{CHROME} YaBrowser/24.1", "Яндекс Браузер, Windows"),
        (f"{CHROME} Edg/131.0", "Edge, Windows"),
        (IPHONE, "Safari, iOS"),
        (FIREFOX, "Firefox, Linux"),
        ("curl/8.5", ""),
    ],
)
def test_browsers_are_told_apart(agent: str, told: str) -> None:
    assert browser_of(agent) == told
