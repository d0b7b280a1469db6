"""The calendar's page: what is in force, the form over calendar.toml, and who may send it."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser

from dashboards.access.roles import Role
from tests.dashboards.browsing import opened
from tests.dashboards.conftest import Place, served
from tests.dashboards.leads import NOW, Delivered, call
from tests.dashboards.page_text import Element, read_page
from tests.dashboards.pages.asking import card, rows_of, table_of

SHOP = """\
country = "RU"

[hours]
mon = "09:00-18:00"
sat = "10:00-24:00"

[days]
"2026-12-26" = "10:00-16:00"
"2026-12-30" = "off"
"""


@pytest.fixture
def calendar_place(place: Place) -> Place:
    place.add([Delivered(NOW, call(1, NOW))])
    return place


@pytest.fixture
def path(calendar_place: Place) -> Path:
    return calendar_place.directory / "calendar.toml"


def form_of(client: FlaskClient, language: str = "ru") -> dict[str, str]:
    """What the form would send as it stands."""
    page = read_page(client.get(f"/calendar?lang={language}").get_data(as_text=True))
    form = next(
        one for one in page.all("form") if "calendar-form" in one.attributes.get("class", "")
    )
    fields = {one.attributes["name"]: one.attributes.get("value", "") for one in form.all("input")}
    fields["country"] = next(
        one.attributes["value"] for one in form.all("option") if "selected" in one.attributes
    )
    return fields | {"days": "".join(map(str, form.one("textarea").children))}


def status_of(element: Element, role: str) -> list[str]:
    return [one.text for one in element.all("p") if one.attributes.get("role") == role]


@pytest.mark.parametrize(
    ("language", "holiday", "moved", "own"),
    [
        (
            "ru",
            ["4 ноября 2026, ср", "День народного единства", "выходной"],
            ["31 декабря 2026, чт", "выходной вместо 4 января 2026", "выходной"],
            ["26 декабря 2026, сб", "свой рабочий день", "10:00–16:00"],
        ),
        (
            "en",
            ["4 November 2026, Wed", "Unity Day", "off"],
            ["31 December 2026, Thu", "day off in place of 4 January 2026", "off"],
            ["26 December 2026, Sat", "own working day", "10:00–16:00"],
        ),
    ],
)
def test_special_days_and_months_are_those_in_force(
    calendar_place: Place, language: str, holiday: list[str], moved: list[str], own: list[str]
) -> None:
    calendar_place.add_calendar(SHOP)
    html = calendar_place.client().get(f"/calendar?lang={language}").get_data(as_text=True)
    days = table_of(card(html, "exceptions"))
    assert holiday in days
    assert moved in days
    assert own in days
    months = table_of(card(html, "months"))
    # Of November: Mondays and Saturdays, four each but for five Mondays.
    assert months[10][1:] == ["9", "21", "101"]
    assert len(months) == 24


def test_an_unknown_year_says_so(calendar_place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analytics.calendar.days.is_official", lambda country, year: year < 2027)
    calendar_place.add_calendar()
    html = calendar_place.client().get("/calendar").get_data(as_text=True)
    notices = [one.text for one in card(html, "exceptions").all("p")]
    assert [text for text in notices if text.startswith("Переносы 2027 года")]
    assert not [text for text in notices if text.startswith("Переносы 2026 года")]


def test_before_digest_has_run_there_is_none(calendar_place: Place) -> None:
    html = calendar_place.client().get("/calendar").get_data(as_text=True)
    assert "появится" in card(html, "months").text


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_form_writes_what_it_shows(calendar_place: Place, path: Path, language: str) -> None:
    client = calendar_place.client()
    fields = form_of(client, language)
    assert {fields[day] for day in ("mon", "sun")} == {""}
    days = "26.12.2026 10:00-16:00\r\n\r\n2026-12-30"
    wanted = {"mon": "09:00-18:00", "sat": " 10:00-24:00 ", "days": days}
    answer = client.post("/calendar", data=fields | wanted)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/calendar?told=saved#own")
    assert path.read_text(encoding="utf-8") == SHOP
    assert path.stat().st_mode & 0o777 == 0o600
    assert "calendar changed" in [row["action"] for row in audit_of(calendar_place)]
    html = client.get(f"/calendar?lang={language}&told=saved").get_data(as_text=True)
    assert status_of(card(html, "own"), "status")
    again = form_of(client, language)
    assert again["seen"] != fields["seen"]
    assert client.post("/calendar", data=again).status_code == 303
    assert path.read_text(encoding="utf-8") == SHOP


@pytest.mark.parametrize(
    ("changed", "status", "said"),
    [
        ({"mon": "22:00-06:00"}, 422, "mon: «22:00-06:00»; часы кончаются в тот же день"),
        ({"sun": "<b>"}, 422, "sun: «<b>»; часы пишутся так: 09:00-18:00"),
        ({"days": "2026-02-30 выходной"}, 422, "2026-02-30: день пишется так: 2026-12-31"),
        ({"country": "FR"}, 422, "country = FR: бывает RU или none"),
        ({"seen": "older"}, 409, "Пока вы правили, файл изменили."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_written(
    calendar_place: Place, path: Path, changed: dict[str, str], status: int, said: str
) -> None:
    path.write_text(SHOP, encoding="utf-8")
    client = calendar_place.client()
    answer = client.post("/calendar", data=form_of(client) | changed)
    assert answer.status_code == status
    own = card(answer.get_data(as_text=True), "own")
    (problem,) = status_of(own, "alert")
    assert problem.startswith(said)
    for name, value in changed.items():
        if name not in ("seen", "country", "days"):
            assert own.one("input", name=name).attributes["value"] == value
    assert path.read_text(encoding="utf-8") == SHOP


def test_a_bad_file_is_shown_with_what_is_wrong(calendar_place: Place, path: Path) -> None:
    path.write_text('[hours]\nmon = "9-18"\n', encoding="utf-8")
    html = calendar_place.client().get("/calendar?lang=en").get_data(as_text=True)
    own = card(html, "own")
    (notice,) = status_of(own, "alert")
    assert "calendar.toml is not used: mon: “9-18”; hours are written 09:00-18:00" in notice
    assert 'mon = "9-18"' in own.one("pre").text


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ANALYST])
def test_everybody_sees_it_and_admins_change_it(
    calendar_place: Place, path: Path, role: Role
) -> None:
    path.write_text(SHOP, encoding="utf-8")
    fields = form_of(calendar_place.client())
    client = calendar_place.client(role=role)
    own = card(client.get("/calendar").get_data(as_text=True), "own")
    assert not own.all("textarea")
    assert "понедельник 09:00-18:00 вторник выходной" in own.text
    page = read_page(client.get("/calendar").get_data(as_text=True))
    token = page.all("input")[0].attributes["value"]
    answer = client.post("/calendar", data=fields | {"form_token": token, "mon": "08:00-18:00"})
    assert answer.status_code == 403
    assert path.read_text(encoding="utf-8") == SHOP


def test_a_form_of_another_site_is_refused(calendar_place: Place, path: Path) -> None:
    client = calendar_place.client()
    assert client.post("/calendar", data=form_of(client) | {"form_token": "x"}).status_code == 400
    assert not path.exists()


def test_the_reports_say_the_same(calendar_place: Place) -> None:
    calendar_place.add_calendar(SHOP)
    client = calendar_place.client()
    (row,) = rows_of(client, "working_days", "from=2026-11-01&to=2026-11-30")
    assert (row["working_days"], row["working_hours"], row["is_official"]) == (9, 101.0, True)
    days = rows_of(client, "calendar_days", "from=2026-11-01&to=2026-11-30")
    assert sum(day["is_working"] for day in days) == 9


@pytest.mark.browser
def test_the_form_works_in_a_browser(calendar_place: Place, path: Path, browser: Browser) -> None:
    calendar_place.add_calendar()
    with (
        served(calendar_place) as site,
        opened(browser, locale="en-GB", signed_in=site) as seen,
    ):
        page = seen.page
        page.goto(f"{site.url}/calendar?lang=en")
        page.get_by_label("Monday").fill("09:00-17:00")
        page.get_by_label("Your own days off and working days").fill("2026-12-30 off")
        page.get_by_role("button", name="Save").click()
        page.get_by_role("status").wait_for()
        assert page.get_by_label("Monday").input_value() == "09:00-17:00"
    text = 'country = "RU"\n\n[hours]\nmon = "09:00-17:00"\n\n[days]\n"2026-12-30" = "off"\n'
    assert path.read_text(encoding="utf-8") == text


def audit_of(place: Place) -> list[dict[str, str]]:
    with place.access.reading() as db:
        return [{"action": action} for (action,) in db.execute("select action from audit")]
