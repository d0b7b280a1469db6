"""While the store is rebuilt for other settings, pages and API show the file from before and say
so, with its zone."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from analytics.store import SCHEMA_VERSION
from calltouch.app import page_as_file, page_settings
from dashboards.access.roles import Role
from receiver.digest.running import Digest
from receiver.settings.settings import Settings, WebhookSettings
from tests.dashboards.access.signing_in import bearer
from tests.dashboards.conftest import SETTINGS, ZONE, Place
from tests.dashboards.leads import Delivered, call
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
