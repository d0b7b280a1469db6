"""Saved views of every page: a user's own or the team's, kept without what was searched for."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from flask import Flask
from flask.testing import FlaskClient

from dashboards.access.audit import Action, read_audit
from dashboards.access.people import remove_user
from dashboards.access.roles import Role
from dashboards.access.state import AccessStore
from dashboards.slice.kept import is_about_person
from dashboards.views.addresses import VIEWED
from dashboards.views.saved import kept_by
from tests.dashboards.access.signing_in import bearer, sign_in
from tests.dashboards.leads import NOW
from tests.dashboards.page_text import read_page
from tests.dashboards.views.forms import act, fields_of, kept, links_in_bar, save, save_from

QUERY = "period=7d&f.source=yandex&f.search=79161234567&columns=lead_id,tags"
KEPT = "period=7d&f.source=yandex&columns=lead_id%2Ctags"


def menu_links(client: FlaskClient, url: str = "/views") -> list[str]:
    page = read_page(client.get(url).get_data(as_text=True))
    return [link.text for link in page.all("a", class_="pinned-view")]


def test_a_view_is_saved_opened_and_deleted(client: FlaskClient, access: AccessStore) -> None:
    answer = save_from(client, f"/journal?{QUERY}", " Мои  <b>лиды ", mode="moving")
    assert (answer.status_code, answer.location) == (303, f"/journal?{KEPT}")
    (link,) = links_in_bar(client, answer.location)
    assert link.text == "Мои <b>лиды"
    assert link.attributes["href"] == f"/journal?{KEPT}"
    assert link.attributes["aria-current"] == "true"
    assert "aria-current" not in links_in_bar(client)[0].attributes
    (view,) = kept(access)
    assert act(client, view.view_id, "delete").status_code == 303
    assert links_in_bar(client) == []


def test_every_page_of_the_menu_keeps_views(client: FlaskClient, access: AccessStore) -> None:
    for page in VIEWED.values():
        answer = save_from(client, page.path, "Мой")
        assert answer.status_code == 303, page.name
        assert answer.location.partition("?")[0] == page.path
    views = kept(access)
    assert {view.page for view in views} == set(VIEWED)
    assert all(view.is_moving for view in views)
    listed = read_page(client.get("/views").get_data(as_text=True))
    for view in views:
        href = VIEWED[view.page].path + (f"?{view.query}" if view.query else "")
        assert listed.all("a", href=href), view.page


def test_a_view_moves_or_stands(client: FlaskClient, access: AccessStore) -> None:
    for mode in ("moving", "fixed", "frozen"):
        assert save_from(client, "/callback?period=7d", mode, mode=mode).status_code == 303
    moving, fixed, frozen = (
        next(view for view in kept(access) if view.name == mode)
        for mode in ("moving", "fixed", "frozen")
    )
    assert parse_qs(moving.query) == {"period": ["7d"]}
    assert parse_qs(fixed.query)["from"] == [f"{NOW.date() - timedelta(6)}"]
    assert parse_qs(fixed.query)["to"] == [f"{NOW.date()}"]
    assert "as_of" not in fixed.query
    assert parse_qs(frozen.query)["as_of"][0].startswith(f"{NOW.date()}T")
    assert client.get(f"/callback?{frozen.query}").status_code == 200
    assert (moving.is_moving, fixed.is_moving, frozen.is_frozen) == (True, False, True)


def test_a_view_is_updated_to_what_the_page_shows_and_stays_what_it_is(
    client: FlaskClient, access: AccessStore
) -> None:
    save(client, "callback", "Мой", "from=2026-01-01&to=2026-01-07", mode="fixed")
    (view,) = kept(access)
    here = "/callback?period=30d&f.source=yandex"
    fields = fields_of(client, here, "/views/update") | {"view": f"{view.view_id}"}
    assert client.post("/views/update", data=fields).status_code == 303
    (after,) = kept(access)
    assert (after.view_id, after.name, after.is_moving) == (view.view_id, "Мой", False)
    assert parse_qs(after.query)["from"] == [f"{NOW.date() - timedelta(29)}"]
    assert parse_qs(after.query)["f.source"] == ["yandex"]
    elsewhere = fields_of(client, "/journal", "/views/update") | {"view": f"{view.view_id}"}
    assert client.post("/views/update", data=elsewhere).status_code == 403


def test_the_same_name_on_the_same_page_is_the_same_view(client: FlaskClient) -> None:
    for page, query in (("journal", "period=7d"), ("journal", "period=90d"), ("spam", "")):
        save(client, page, "Мои", query)
    assert [link.attributes["href"] for link in links_in_bar(client)] == ["/journal?period=90d"]


def test_views_are_their_users_alone_and_go_with_them(
    app: Flask, access: AccessStore, client: FlaskClient
) -> None:
    save(client, "journal", "Мои", is_pinned="yes")
    (view,) = kept(access)
    stranger = sign_in(app.test_client(), access, Role.ANALYST)
    assert links_in_bar(stranger) == []
    for name in ("pin", "start", "rename", "team", "delete"):
        assert act(stranger, view.view_id, name, name="x").status_code == 404
    with access.changing() as db:
        remove_user(db, "admin", force=True)
        assert kept_by(db, "admin").views == ()
        assert kept_by(db, "admin").pinned == frozenset()


def test_the_teams_views_are_seen_by_all_and_changed_by_their_maker_and_admins(
    app: Flask, access: AccessStore, client: FlaskClient
) -> None:
    analyst, viewer = (
        sign_in(app.test_client(), access, role) for role in (Role.ANALYST, Role.VIEWER)
    )
    assert save(viewer, "journal", "Наши", is_team="yes").status_code == 403
    assert save(analyst, "journal", "Наши", is_team="yes").status_code == 303
    (view,) = kept(access, "viewer")
    assert [link.text for link in links_in_bar(viewer)] == ["Наши"]
    assert act(viewer, view.view_id, "pin").status_code == 303
    assert menu_links(viewer) == ["Наши"]
    assert menu_links(analyst) == []
    for name in ("rename", "own", "delete"):
        assert act(viewer, view.view_id, name, name="x").status_code == 403
    assert act(client, view.view_id, "rename", name="Общие").status_code == 303
    assert [one.name for one in kept(access, "viewer")] == ["Общие"]
    assert act(analyst, view.view_id, "own").status_code == 303
    assert (kept(access, "viewer"), menu_links(viewer)) == ([], [])
    with access.reading() as db:
        noted = [(one.entry.reader, one.entry.action) for one in read_audit(db, None, 9)]
    assert [one for one in noted if one[1] is not Action.SHOWN] == [
        ("analyst", Action.VIEW_SAVED),
        ("admin", Action.VIEW_SAVED),
        ("analyst", Action.VIEW_SAVED),
    ]


def test_the_menu_the_palette_and_the_start_page_have_them(
    client: FlaskClient, access: AccessStore
) -> None:
    save(client, "spam", "Спам <3", "period=90d", is_pinned="yes")
    (view,) = kept(access)
    assert menu_links(client, "/callback") == ["Спам <3"]
    assert "/spam?period=90d" in client.get("/callback").text.partition("palette-knows")[2]
    assert act(client, view.view_id, "start").status_code == 303
    started = client.get("/")
    assert (started.status_code, started.location) == (302, "/spam?period=90d")
    assert client.get("/?period=30d").status_code == 200
    # The menu still leads to the home page itself.
    overview = read_page(client.get("/views").text).all("a", href="/?period=30d")
    assert [link.text for link in overview] == ["Обзор"]
    assert act(client, view.view_id, "unpin").status_code == 303
    assert act(client, view.view_id, "unstart").status_code == 303
    assert (client.get("/").status_code, menu_links(client)) == (200, [])


def test_what_is_no_view_is_refused(app: Flask, access: AccessStore, client: FlaskClient) -> None:
    assert save(client, "journal", " ").status_code == 400
    assert save(client, "journal", "x" * 61).status_code == 400
    assert save(client, "journal", "x", query="f.source=" + "x" * 5000).status_code == 400
    assert save(client, "journal", "x", mode="sometimes").status_code == 400
    assert save(client, "lead", "x").status_code == 400
    assert client.post("/views", data={"name": "x", "page": "journal"}).status_code == 400
    token = bearer(access, Role.ADMIN)
    assert app.test_client().get("/views", headers=token).status_code == 403
    assert app.test_client().post("/views", data={"name": "x"}, headers=token).status_code == 403
    strange = save(client, "journal", "x", "after_id=5&<script>=1&source=a b")
    assert strange.location == "/journal?f.source=a+b"
    save(client, "journal", "y")
    (x, _) = kept(access)
    assert act(client, x.view_id, "rename", name="y").status_code == 400


def test_whom_somebody_searched_for_is_kept_nowhere(
    client: FlaskClient, access: AccessStore
) -> None:
    for condition in ("f.search=7916", "any1.search=7916", "vs.search=7916", "contact=7916"):
        for page in ("journal", "operations"):
            save(client, page, "x", f"period=7d&{condition}")
            assert "7916" not in "".join(view.query for view in kept(access))
        assert is_about_person(condition)
    assert is_about_person("f.utm_term=%2B79161234567")
    assert not is_about_person("period=7d&f.source=yandex&f.utm_campaign=79")


def test_a_view_whose_filter_is_no_longer_known_opens_and_says_so(
    client: FlaskClient, access: AccessStore
) -> None:
    save(client, "journal", "Старый")
    with access.reading() as db:
        db.execute("update page_views set query = 'period=7d&f.gone=1', page = 'spam'")
        db.execute("insert into page_views values (9, 'admin', 'x', 'gone', '', 0, '2026-01-01')")
    (link,) = links_in_bar(client, "/spam")
    answer = client.get(link.attributes["href"])
    assert answer.status_code == 200
    assert "f.gone" in answer.text
    assert "такой страницы больше нет" in client.get("/views").text


def test_there_are_not_too_many(access: AccessStore, client: FlaskClient) -> None:
    with access.changing() as db:
        for number in range(100):
            db.execute(
                "insert into page_views values (?, 'admin', ?, 'journal', 'period=7d', 0, ?)",
                [number + 1, f"{number}", NOW.isoformat()],
            )
    assert save(client, "journal", "one more").status_code == 400
    assert save(client, "journal", "99").status_code == 303


def test_views_of_the_journal_of_earlier_versions_are_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite"
    with closing(AccessStore(path)) as new, new.reading():
        pass
    with closing(sqlite3.connect(path)) as old, old:
        old.executemany(
            "insert into saved_views values (?, ?, ?, ?)",
            [("anna", name, KEPT, NOW.isoformat()) for name in ("а", "б")],
        )
    for _ in range(2):
        with closing(AccessStore(path)) as access:
            views = kept(access, "anna")
            assert [(view.name, view.page, view.query) for view in views] == [
                ("а", "journal", KEPT),
                ("б", "journal", KEPT),
            ]
            assert views[0].changed_at == NOW


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ANALYST, Role.ADMIN])
def test_the_page_of_views_is_for_everybody(app: Flask, access: AccessStore, role: Role) -> None:
    assert sign_in(app.test_client(), access, role).get("/views").status_code == 200
