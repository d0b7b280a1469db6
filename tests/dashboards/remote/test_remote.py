"""Whole files and ranges of them, of one version, for those who may have them."""

import hashlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from analytics.keyed.making import make_keyed_file
from analytics.publish.publisher import Publisher
from analytics.published_file import PublishedFile
from analytics.restricted.rights import LeadRights
from analytics.statements import attach
from dashboards.access.audit import Action, read_audit
from dashboards.access.people import add_user, find_user
from dashboards.access.roles import Role
from dashboards.access.sign_in.sessions import COOKIE, begin_session, seal_session
from dashboards.remote.shelf import IDLE_SECONDS, LONGEST_SECONDS, MOST_HELD, VersionShelf
from dashboards.remote.versions import identity_of, open_version
from dashboards.web.admission import Admission
from receiver.behind_proxy import BehindProxy
from receiver.settings.settings import Settings
from tests.dashboards.access.signing_in import NO_PASSWORD, bearer
from tests.dashboards.conftest import Place
from tests.dashboards.leads import some_months

ANALYST = Role.ANALYST


class _Reader(FlaskClient):
    """Takes each answer to its end, as a server does."""

    def open(self, *args: Any, **given: Any) -> TestResponse:
        return super().open(*args, **{**given, "buffered": True})


@pytest.fixture
def store(place: Place) -> Place:
    place.add(some_months()[:30])
    return place


@pytest.fixture
def app(store: Place) -> Iterator[Flask]:
    app = store.app()
    app.test_client_class = _Reader
    yield app
    for shelf in app.extensions["remote"].shelves.values():
        shelf.close()


@pytest.fixture
def client(app: Flask, store: Place) -> FlaskClient:
    return client_of(app, store, ANALYST)


def client_of(app: Flask, place: Place, role: Role) -> FlaskClient:
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = bearer(place.access, role)["Authorization"]
    return client


def files(client: FlaskClient) -> dict[str, dict[str, Any]]:
    return {about["file"]: about for about in client.get("/files").get_json()["files"]}


def published(client: FlaskClient) -> dict[str, Any]:
    return files(client)["calltouch.duckdb"]


def key(place: Place) -> Path:
    target = place.directory / "calltouch-keyed.duckdb"
    make_keyed_file(PublishedFile(place.published), target, bytes(32))
    return target


def publish(place: Place, times: int) -> Iterator[int]:
    """As digest does, one more row in each."""
    path = place.directory / "store.duckdb"
    with closing(duckdb.connect(str(path))) as db:
        db.execute("create table if not exists more (number integer)")
        publisher = Publisher(path, place.published, "tests")
        for number in range(times):
            db.execute("insert into more select range from range(20000)")
            publisher.publish(db)
            yield number
        publisher.close()


def test_a_version_is_the_file_byte_for_byte(client: FlaskClient, store: Place) -> None:
    told = published(client)
    whole = store.published.read_bytes()
    answer = client.get(told["link"])
    assert answer.data == whole
    assert (told["bytes"], told["etag"]) == (len(whole), answer.headers["ETag"])
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["Cache-Control"] == "private, max-age=86400, immutable"
    head = client.head(told["link"])
    assert (head.status_code, head.content_length, head.data) == (200, len(whole), b"")


def test_the_list_says_how_far_each_file_reaches(client: FlaskClient, store: Place) -> None:
    keyed = key(store)
    told = files(client)
    for name, path in (("calltouch", store.published), ("calltouch-keyed", keyed)):
        about = told[f"{name}.duckdb"]
        with duckdb.connect() as db:
            attach(db, path, "it")
            db.execute("set timezone = 'UTC'")
            ((at, last),) = db.execute(
                "select published_at, last_delivery_id from it.freshness"
            ).fetchall()
        assert about["name"] == f"{name}-{about['version']}.duckdb"
        assert about["link"] == f"/files/{about['name']}"
        assert (about["published_at"], about["last_delivery_id"]) == (at.isoformat(), last)
        assert client.get(about["link"]).data == path.read_bytes()
    assert "keyed_at" in told["calltouch-keyed.duckdb"]
    assert "keyed_at" not in told["calltouch.duckdb"]


@pytest.mark.parametrize(
    ("wanted", "first", "last"),
    [("0-99", 0, 99), ("300000-700000", 300_000, 700_000), ("-50", -50, -1)],
)
def test_ranges(client: FlaskClient, store: Place, wanted: str, first: int, last: int) -> None:
    whole = store.published.read_bytes()
    size = len(whole)
    first, last = first % size, last % size
    answer = client.get(published(client)["link"], headers={"Range": f"bytes={wanted}"})
    assert answer.status_code == 206
    assert answer.data == whole[first : last + 1]
    assert answer.headers["Content-Range"] == f"bytes {first}-{last}/{size}"


def test_what_is_not_there_and_what_has_changed(client: FlaskClient) -> None:
    told = published(client)
    beyond = client.get(told["link"], headers={"Range": f"bytes={told['bytes']}-"})
    assert beyond.status_code == 416
    assert beyond.headers["Content-Range"] == f"bytes */{told['bytes']}"
    some = {"Range": "bytes=0-9"}
    asked = {
        tag: client.get(told["link"], headers={**some, "If-Range": tag})
        for tag in (told["etag"], '"other"')
    }
    assert [answer.status_code for answer in asked.values()] == [206, 200]
    known = client.get(told["link"], headers={"If-None-Match": told["etag"]})
    assert (known.status_code, known.data) == (304, b"")


def test_the_plain_names_lead_to_the_newest_version(client: FlaskClient, store: Place) -> None:
    key(store)
    for name, about in files(client).items():
        answer = client.get(f"/files/{name}")
        assert (answer.status_code, answer.headers["Location"]) == (307, about["link"])


def test_links_are_below_the_path_of_the_site(client: FlaskClient, app: Flask) -> None:
    given = Settings.load({"CALLTOUCH_BASE_PATH": "/calltouch"})
    app.wsgi_app = BehindProxy(app.wsgi_app, given)  # type: ignore[method-assign]
    (about,) = client.get("/calltouch/files").get_json()["files"]
    assert about["link"] == f"/calltouch/files/{about['name']}"
    assert client.get(about["link"]).content_length == about["bytes"]
    led = client.get("/calltouch/files/calltouch.duckdb").headers["Location"]
    assert led == about["link"]


def test_other_names_lead_nowhere(client: FlaskClient) -> None:
    names = ["store.duckdb", "state.sqlite", "calltouch.duckdb.wal", "calltouch-x.duckdb", ".."]
    assert [client.get(f"/files/{name}").status_code for name in names] == [404] * len(names)


def test_a_slow_reader_gets_one_version_whatever_is_published(
    client: FlaskClient, store: Place
) -> None:
    told = published(client)
    whole = hashlib.sha256(store.published.read_bytes())
    step = told["bytes"] // 20 + 1
    got = hashlib.sha256()
    for number in publish(store, 20):
        first = number * step
        wanted = {"Range": f"bytes={first}-{first + step - 1}"}
        answer = client.get(told["link"], headers=wanted)
        assert (answer.status_code, answer.headers["ETag"]) == (206, told["etag"])
        got.update(answer.data)
        # Whoever only asks what is the newest takes nobody's version away.
        published(client)
    assert got.hexdigest() == whole.hexdigest()
    assert published(client)["version"] != told["version"]


def test_a_version_that_is_gone_says_so(client: FlaskClient, store: Place, app: Flask) -> None:
    link = published(client)["link"]
    app.extensions["remote"].shelves["calltouch"].close()
    for _ in publish(store, 1):
        pass
    answer = client.get(link)
    assert answer.status_code == 410
    assert "/files/calltouch.duckdb" in answer.get_json()["error"]
    assert client.get("/files/calltouch.duckdb", follow_redirects=True).status_code == 200


class _Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def is_open(path: str) -> bool:
    links = [*Path("/proc/self/fd").iterdir()]
    return any(str(link.readlink()).startswith(path) for link in links if link.is_symlink())


def test_versions_are_closed_when_nobody_asks_any_more(store: Place) -> None:
    clock = _Clock()
    with closing(VersionShelf(store.published, clock)) as shelf:
        shelf.newest()
        clock.now = IDLE_SECONDS - 1
        shelf.sweep()
        assert is_open(str(store.published))
        clock.now = IDLE_SECONDS
        shelf.sweep()
        assert not is_open(str(store.published))


def test_no_version_is_kept_for_ever(store: Place) -> None:
    clock = _Clock()
    with closing(VersionShelf(store.published, clock)) as shelf:
        version = shelf.newest().version
        while clock.now < LONGEST_SECONDS:
            clock.now += IDLE_SECONDS / 2
            held, file = shelf.taken(version)
            file.close()
        for _ in publish(store, 1):
            pass
        shelf.sweep()
        assert len(shelf) == 0 or held.identity != shelf.newest().identity


def test_only_a_few_are_held_and_one_that_is_read_stays(store: Place) -> None:
    with closing(VersionShelf(store.published)) as shelf:
        read = shelf.newest().version
        shelf.taken(read)[1].close()
        for _ in publish(store, MOST_HELD + 1):
            shelf.newest()
        assert len(shelf) == MOST_HELD
        held, file = shelf.taken(read)
        file.close()
        assert held.version == read


def test_nothing_is_kept_of_a_file_that_was_taken_away(client: FlaskClient, store: Place) -> None:
    keyed = key(store)
    link = files(client)["calltouch-keyed.duckdb"]["link"]
    assert client.get(link).status_code == 200
    keyed.unlink()
    assert client.get(link).status_code == 410
    assert "calltouch-keyed.duckdb" not in files(client)
    assert client.get("/files/calltouch-keyed.duckdb").status_code == 503


def test_viewers_may_have_the_keyed_file_alone(
    app: Flask, client: FlaskClient, store: Place
) -> None:
    key(store)
    told, viewer = files(client), client_of(app, store, Role.VIEWER)
    assert [*files(viewer)] == ["calltouch-keyed.duckdb"]
    assert viewer.get(told["calltouch-keyed.duckdb"]["link"]).status_code == 200
    for url in (told["calltouch.duckdb"]["link"], "/files/calltouch.duckdb"):
        assert viewer.get(url).status_code == 403
        assert viewer.head(url).status_code == 403


def test_limited_readers_may_have_neither(app: Flask, client: FlaskClient, store: Place) -> None:
    key(store)
    links = [about["link"] for about in files(client).values()]
    access = store.access
    with access.changing() as db:
        rights = LeadRights(frozenset({1}))
        add_user(db, access.clock(), "of-site", ANALYST, NO_PASSWORD, rights)
        of_site = find_user(db, "of-site")
    limited = app.test_client()
    limited.set_cookie(COOKIE, seal_session(access, begin_session(access.clock(), of_site)))
    urls = ["/files", "/files/calltouch.duckdb", "/files/calltouch-keyed.duckdb", *links]
    assert [limited.get(url).status_code for url in urls] == [403] * len(urls)
    assert [app.test_client().get(url).status_code for url in urls] == [401] * len(urls)


def test_who_took_a_version_is_noted_once(client: FlaskClient, store: Place) -> None:
    told = published(client)
    client.head(told["link"])
    for first in (0, 100, 200):
        client.get(told["link"], headers={"Range": f"bytes={first}-{first + 9}"})
    with store.access.reading() as db:
        noted = [record.entry for record in read_audit(db, None, 10)]
    assert [(entry.action, entry.report, entry.query) for entry in noted] == [
        (Action.FILE_TAKEN, "calltouch.duckdb", f"version={told['version']}")
    ]


def test_readers_beyond_the_places_come_back_later(client: FlaskClient, app: Flask) -> None:
    link, small = published(client)["link"], app.extensions["remote"].small
    assert isinstance(small, Admission)
    for _ in range(4):
        small.enter()
    refused = client.get(link, headers={"Range": "bytes=0-9"})
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "2")
    assert client.get("/files").status_code == 200
    for _ in range(4):
        small.leave()
    for _ in range(9):
        assert client.get(link, headers={"Range": "bytes=0-9"}).status_code == 206


def test_what_cannot_be_noted_is_not_given_and_keeps_no_place(
    client: FlaskClient, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = published(client)["link"]

    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as broken:
        broken.setattr("dashboards.remote.views.note_file_taken", full)
        for _ in range(6):
            assert client.get(link).status_code == 503
            assert "Retry-After" not in client.get(link).headers
    assert client.get(link).status_code == 200


def test_large_answers_have_places_of_their_own(
    client: FlaskClient, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboards.remote.views._LARGE", 100)
    link, large = published(client)["link"], app.extensions["remote"].large
    for _ in range(2):
        large.enter()
    assert client.get(link).status_code == 503
    assert client.get(link, headers={"Range": "bytes=0-99"}).status_code == 206
    large.leave()
    assert client.get(link).status_code == 200


def test_a_file_replaced_while_it_is_opened_is_not_taken_for_the_new_one(
    store: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = os.open
    replacing = publish(store, 1)

    def opened_too_early(*given: Any, **more: Any) -> int:
        fd = opened(*given, **more)
        if given[0] == store.published:
            next(replacing, None)
        return fd

    monkeypatch.setattr("dashboards.remote.versions.os.open", opened_too_early)
    held = open_version(store.published)
    monkeypatch.undo()
    os.close(held.fd)
    assert held.identity == identity_of(store.published.stat())
