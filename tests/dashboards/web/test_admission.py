"""Where pages share a process with the receiving of webhooks, only a few are made at once."""

import threading
import time
from contextlib import suppress

import pytest
from flask import Flask
from flask.testing import FlaskClient

from analytics.published_file import Published, PublishedFile
from dashboards.access.gate import Gate
from dashboards.app import register_pages
from dashboards.web.admission import Admission, TooBusy
from dashboards.web.settings import Dashboards
from tests.dashboards.access.signing_in import sign_in
from tests.dashboards.conftest import SETTINGS, Place


@pytest.fixture
def shared(busy_place: Place) -> Flask:
    """An application that has other things to do, and pages for two readers at once."""
    app = Flask(__name__, static_folder=None)
    app.add_url_rule("/webhook", "webhook", lambda: "OK", methods=["POST"])
    register_pages(
        app,
        Published(PublishedFile(busy_place.published)),
        SETTINGS,
        Gate(busy_place.access),
        at_most=2,
    )
    return app


def admission_of(app: Flask) -> Admission:
    attached = app.extensions["dashboards"]
    assert isinstance(attached, Dashboards)
    assert attached.admission is not None
    return attached.admission


def signed_in(app: Flask) -> FlaskClient:
    gate = app.extensions["access"]
    assert isinstance(gate, Gate)
    return sign_in(app.test_client(), gate.access)


def fill(admission: Admission) -> None:
    admission.enter()
    admission.enter()


def status(client: FlaskClient, path: str) -> int:
    with client.get(path) as answer:
        return answer.status_code


def test_one_too_many_is_told_to_come_back(shared: Flask) -> None:
    fill(admission_of(shared))
    with shared.test_client().get("/") as answer:
        assert answer.status_code == 503
        assert answer.headers["Retry-After"] == "2"
        assert "слишком много" in answer.get_data(as_text=True)
        assert answer.headers["Content-Security-Policy"]


def test_webhooks_and_static_files_wait_for_nobody(shared: Flask) -> None:
    fill(admission_of(shared))
    client = shared.test_client()
    before = time.monotonic()
    assert client.post("/webhook").data == b"OK"
    assert status(client, "/static/page.css") == 200
    assert time.monotonic() - before < 0.2


def test_webhooks_are_answered_without_cookie_or_page_headers(shared: Flask) -> None:
    answer = shared.test_client().post("/webhook?lang=en")
    assert "Set-Cookie" not in answer.headers
    assert "Content-Security-Policy" not in answer.headers


@pytest.mark.parametrize("path", ["/", "/?from=x", "/static/nothing.js"])
def test_whoever_is_answered_leaves_its_place(shared: Flask, path: str) -> None:
    client = signed_in(shared)
    answers = {status(client, path) for _ in range(6)}
    assert 503 not in answers


def test_whoever_fails_leaves_its_place(shared: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("dashboards.page.render.read_freshness", fail)
    client = signed_in(shared)
    assert {status(client, "/") for _ in range(6)} == {500}
    shared.testing = True
    for _ in range(6):
        with pytest.raises(RuntimeError):
            client.get("/")


def test_a_place_is_held_until_the_last_byte_is_sent(shared: Flask) -> None:
    client = signed_in(shared)
    slow = [client.get("/") for _ in range(2)]
    assert status(client, "/") == 503
    # All in one thread, so that the last one to begin has to end first.
    for answer in reversed(slow):
        answer.close()
    assert status(client, "/") == 200


def test_whoever_waits_gets_the_next_place() -> None:
    admission = Admission(1)
    admission.enter()
    entered = threading.Event()

    def wait() -> None:
        admission.enter()
        entered.set()

    waiting = threading.Thread(target=wait)
    waiting.start()
    time.sleep(0.02)
    assert not entered.is_set()
    admission.leave()
    waiting.join(timeout=2)
    assert entered.is_set()


def test_only_as_many_wait_as_are_served() -> None:
    """Threads that wait are threads that no webhook has."""
    admission = Admission(1)
    admission.enter()

    def wait() -> None:
        with suppress(TooBusy):
            admission.enter()

    waiting = threading.Thread(target=wait)
    waiting.start()
    time.sleep(0.05)
    before = time.monotonic()
    with pytest.raises(TooBusy):
        admission.enter()
    assert time.monotonic() - before < 0.1
    waiting.join()
