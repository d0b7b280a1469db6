"""While the store is rebuilt for other settings, pages and API show the file from before and say
so, with its zone."""

from dataclasses import replace
from datetime import UTC, datetime

import duckdb
import pytest
from flask.testing import FlaskClient

from analytics.store import SCHEMA_VERSION, StoreFingerprint
from calltouch.app import page_as_file, page_settings
from dashboards.access.roles import Role
from dashboards.pages.register import PAGES
from receiver.digest.running import Digest
from receiver.settings.settings import Settings, WebhookSettings
from tests.dashboards.access.signing_in import bearer
from tests.dashboards.conftest import SETTINGS, ZONE, Place
from tests.dashboards.leads import NOW, Delivered, call, some_months
from tests.dashboards.page_text import read_page
from tests.receiver.deliveries import call as delivered
from tests.receiver.deliveries import put

OTHER = "Asia/Vladivostok"
# In Moscow still the 19th, in Vladivostok the 20th.
LATE = datetime(2026, 11, 19, 20, 30, tzinfo=UTC)
DAY = "from=2026-11-19&to=2026-11-19"


@pytest.fixture
def late(place: Place) -> Place:
    place.add([Delivered(LATE, call(1, LATE))])
    return place


def test_days_are_those_of_the_file_and_the_page_says_so(late: Place) -> None:
    client = late.client(replace(SETTINGS, timezone=OTHER))
    for language, title in (("ru", "Данные пересобираются."), ("en", "The data is being rebuilt.")):
        page = client.get(f"/journal?{DAY}&lang={language}").get_data(as_text=True)
        assert title in page
        notice = page.partition(title)[2].partition("</p>")[0]
        assert OTHER in notice
        assert ZONE in notice
        assert "23:30" in page


def test_without_a_rebuild_nothing_is_said(late: Place) -> None:
    same = replace(SETTINGS, fingerprint={"timezone": ZONE, "decoding": "tests"})
    for settings in (SETTINGS, same):
        assert "пересобираются" not in late.client(settings).get("/").get_data(as_text=True)
        answer = late.client(settings).get(f"/api/reports/overview?{DAY}")
        assert answer.json is not None
        assert "rebuilding" not in answer.json
        assert "X-Calltouch-Rebuilding" not in answer.headers


@pytest.mark.parametrize("form", ["json", "csv", "xlsx", "parquet"])
def test_the_api_names_the_zone_of_the_file(late: Place, form: str) -> None:
    client = late.app(replace(SETTINGS, timezone=OTHER)).test_client()
    headers = bearer(late.access, Role.VIEWER)
    answer = client.get(f"/api/reports/overview?{DAY}&format={form}", headers=headers)
    assert answer.headers["X-Calltouch-Timezone"] == ZONE
    assert answer.headers["X-Calltouch-Rebuilding"] == "timezone"
    if form == "json":
        assert answer.json is not None
        assert answer.json["filters"]["timezone"] == ZONE
        assert answer.json["rebuilding"] == ["timezone"]
        assert answer.json["rows"][0]["leads"] == 1


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("decoding", "Настройки вебхуков изменились"),
        ("schema_version", "Версия программы сменилась"),
    ],
)
def test_other_settings_and_another_version_are_said(late: Place, name: str, said: str) -> None:
    fingerprint = {"timezone": ZONE, "decoding": "tests", "schema_version": str(SCHEMA_VERSION)}
    client = late.client(replace(SETTINGS, fingerprint=fingerprint | {name: "another"}))
    for url in ("/", "/tags", "/deliveries", "/export/overview"):
        page = client.get(url).get_data(as_text=True)
        assert "пересобираются" in page, url
        assert said in page


def test_the_pages_know_what_the_configured_settings_call_for(settings: Settings) -> None:
    put(settings, [delivered(1)])
    Digest(settings).finish()
    renamed = replace(settings, webhooks={"crm": WebhookSettings(model=0)})
    for changed, said in ((settings, False), (renamed, True)):
        page = page_as_file(changed, "overview", "", "en")
        assert ("Webhook settings have changed" in page) is said
    assert page_settings(settings).fingerprint["timezone"] == settings.timezone


@pytest.fixture
def of_an_earlier_version(place: Place) -> FlaskClient:
    """Over a file as version 8 of the schema wrote it, which had no calendar."""
    place.add(some_months()[:300])
    place.published.chmod(0o600)
    with duckdb.connect(str(place.published)) as db:
        db.execute("drop table calendar")
        db.execute("update digest.basis set value = '8' where name = 'schema_version'")
        db.execute("update freshness set schema_version = 8")
    fingerprint = dict(StoreFingerprint(ZONE, "tests").rows())
    return place.client(replace(SETTINGS, fingerprint=fingerprint))


def test_a_file_of_an_earlier_version_is_shown_but_for_what_it_lacks(
    place: Place, of_an_earlier_version: FlaskClient
) -> None:
    pages = [page for page in PAGES if "<" not in page.path]
    for page in pages:
        answer = of_an_earlier_version.get(f"{page.path}?lang=en")
        assert answer.status_code == 200, page.name
        assert "what that did not have yet (the calendar, say)" in answer.text
        assert "could not be built" not in answer.text, page.name
    assert (
        "appears once calltouch digest has run"
        in of_an_earlier_version.get("/calendar?lang=en").text
    )
    headers = bearer(place.access, Role.VIEWER)
    url = f"/api/reports/working_days?from={NOW:%Y-%m-%d}&to={NOW:%Y-%m-%d}"
    answer = of_an_earlier_version.get(url, headers=headers)
    assert answer.json is not None
    assert answer.json["rebuilding"] == ["schema_version"]
    assert answer.json["rows"][0]["working_days"] == 1
    catalogue = read_page(of_an_earlier_version.get("/data?lang=en").text)
    assert "calendar" not in catalogue.one("section", id="catalogue").text


def test_a_card_whose_columns_the_file_lacks_says_that_it_waits(
    place: Place, of_an_earlier_version: FlaskClient
) -> None:
    with duckdb.connect(str(place.published)) as db:
        db.execute("alter table delivery_gaps rename column lead_id to other")
    page = read_page(of_an_earlier_version.get("/deliveries?lang=en").text)
    assert "may lack what this card needs" in page.one("section", id="gaps").text
    assert "could not be built" not in page.one("section", id="lag").text
