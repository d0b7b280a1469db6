"""Before the first delivery, and when something is in the way."""

from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from calltouch.app import create_dashboards_app
from dashboards.app import PageSettings
from dashboards.page import render
from receiver.settings.settings import Settings
from tests.dashboards.access.signing_in import sign_in
from tests.dashboards.conftest import SETTINGS, ZONE, Place
from tests.dashboards.page_text import read_page

SECRET = "s3cret-of-the-webhook"


def test_before_the_first_publication_the_way_to_a_webhook_is_shown(place: Place) -> None:
    answer = place.client().get("/")
    assert answer.status_code == 200
    page = read_page(answer.get_data(as_text=True))
    assert page.one("h1").text == "Доставок пока нет"
    urls = [code.text for code in page.all("code")]
    assert urls[:2] == ["https://leads.example/webhook", "https://leads.example/webhook/last-touch"]
    steps = page.one("ol").text
    for words in ("Интеграции", "API и Webhooks", "Добавить webhook", "POST", "включите"):
        assert words in steps
    for model in ("Последний непрямой", "Последнее взаимодействие"):
        assert model in steps
    assert urls[2:] == ["calltouch demo"]


def test_a_store_without_deliveries_shows_the_same(place: Place) -> None:
    place.add([])
    answer = place.client().get("/?lang=en")
    assert answer.status_code == 200
    assert read_page(answer.get_data(as_text=True)).one("h1").text == "No deliveries yet"


def test_a_secret_is_asked_for_but_never_shown(tmp_path: Path) -> None:
    environ = {"CALLTOUCH_DATA_DIR": str(tmp_path), "CALLTOUCH_WEBHOOK_SECRET": SECRET}
    client = create_dashboards_app(Settings.load(environ)).test_client()
    text = sign_in(client, Place(tmp_path).access).get("/").get_data(as_text=True)
    page = read_page(text)
    first, second = (code.text for code in page.one("ol").all("code"))
    assert first == "http://<host>:8000/webhook?secret=<секрет>"
    assert second == "http://<host>:8000/webhook/last-touch?secret=<секрет>"
    assert "CALLTOUCH_WEBHOOK_SECRET" in page.one("main").text
    assert "CALLTOUCH_PUBLIC_URL" in page.one("main").text
    assert SECRET not in text


def test_without_a_secret_none_is_mentioned(place: Place) -> None:
    assert "secret" not in place.client().get("/").get_data(as_text=True).lower()


def test_a_file_that_does_not_open_is_answered_503_and_why(place: Place) -> None:
    place.published.write_bytes(b"no database " * 1000)
    answer = place.client().get("/")
    assert answer.status_code == 503
    page = read_page(answer.get_data(as_text=True))
    assert page.one("h1").text == "Не удаётся открыть данные"
    assert "not a valid DuckDB database file" in page.one("code").text
    assert "calltouch doctor" in page.one("main").text


def test_a_file_without_our_tables_is_answered_503_and_why(place: Place) -> None:
    with duckdb.connect(str(place.published)) as db:
        db.execute("create table other (one integer)")
    answer = place.client().get("/?lang=en")
    assert answer.status_code == 503
    assert "freshness" in read_page(answer.get_data(as_text=True)).one("code").text


def test_an_error_that_quotes_a_value_tells_its_kind_alone(
    busy_place: Place, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def convert(*_: object) -> None:
        raise duckdb.ConversionException("Could not convert string '79161234567' to INT32")

    monkeypatch.setattr(render, "read_freshness", convert)
    answer = busy_place.client().get("/")
    assert answer.status_code == 503
    assert "ConversionException" in answer.text
    assert "79161234567" not in answer.text + caplog.text


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("f.search=%20", "текст , телефон или его часть , почта , ID лида"),
        ("f.id_or_tag=anna@", "тег или его часть , ID лида"),
        ("f.waiting_from=soon", "целые числа"),
    ],
)
def test_what_would_be_right_is_said_in_the_language_of_the_page(
    busy_place: Place, query: str, said: str
) -> None:
    client = busy_place.client()
    answer = client.get(f"/journal?{query}")
    assert answer.status_code == 400
    page = read_page(answer.get_data(as_text=True))
    assert f"Допустимо: {said}" in page.one("main").text
    english = read_page(client.get(f"/journal?{query}&lang=en").get_data(as_text=True))
    assert "Допустимо" not in english.one("main").text


def test_an_unknown_address_is_answered_404_with_the_way_back(busy_place: Place) -> None:
    answer = busy_place.client().get("/nowhere")
    assert answer.status_code == 404
    page = read_page(answer.get_data(as_text=True))
    assert page.one("h1").text == "Страница не найдена"
    assert page.one("a", class_="button").attributes["href"] == "/"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_an_error_of_ours_is_answered_500_without_its_details(
    busy_place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("of interest to the log alone")

    monkeypatch.setattr(render, "read_freshness", fail)
    client = busy_place.client()
    client.application.testing = False
    answer = client.get("/")
    text = answer.get_data(as_text=True)
    assert answer.status_code == 500
    assert read_page(text).one("h1").text == "Не удалось открыть страницу"
    assert "of interest" not in text
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_a_card_that_fails_leaves_the_others_alive(
    busy_place: Place, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("of interest to the log alone")

    monkeypatch.setattr("dashboards.pages.overview.page.lines_over_time", fail)
    text = busy_place.client().get("/").get_data(as_text=True)
    page = read_page(text)
    failed = page.one("section", id="over_time")
    assert "Не удалось построить" in failed.text
    assert "of interest" not in text
    assert page.one("section", id="by_source").all("tbody")
    (noted,) = caplog.records
    assert isinstance(noted.args, tuple)
    assert str(noted.args[1]) in failed.text


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_pages_are_only_for_reading(busy_place: Place, method: str) -> None:
    assert getattr(busy_place.client(), method)("/").status_code == 405


def test_page_settings_without_public_address_say_what_to_put_in(place: Place) -> None:
    settings = PageSettings(ZONE, "http://<host>:8000", has_secret=False)
    text = place.client(settings).get("/").get_data(as_text=True)
    assert "http://&lt;host&gt;:8000/webhook" in text
    shown = place.client(replace(SETTINGS)).get("/").get_data(as_text=True)
    assert "CALLTOUCH_PUBLIC_URL" not in shown
