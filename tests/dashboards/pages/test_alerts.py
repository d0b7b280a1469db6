"""The page of alerts: what is wrong and what to do, what was, notes, and test messages."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from analytics.alerts.trouble import Trouble
from dashboards.access.roles import Role
from receiver.alerts.noting import going_on, note_findings, open_alerts_state
from receiver.alerts.source import Findings
from tests.dashboards.conftest import Place
from tests.dashboards.leads import NOW, Delivered, call
from tests.dashboards.page_text import figures, read_page
from tests.dashboards.pages.asking import card, rows_of, table_of
from tests.receiver.alerts.test_outlets import StandIn, stand_in

__all__ = ["stand_in"]
NOVEMBER = "from=2026-11-01&to=2026-11-30"


@pytest.fixture
def alert_place(place: Place) -> Place:
    place.add([Delivered(NOW, call(1, NOW))])
    return place


def note(place: Place, *troubles: Trouble, hours_ago: float = 0) -> None:
    """These are what is wrong, since then."""
    with closing(open_alerts_state(place.directory / "state.sqlite")) as db:
        now = NOW - timedelta(hours=hours_ago)
        note_findings(db, "tests", going_on(db), Findings(troubles), now, timedelta())


def trouble(kind: str, subject: str = "", cause: str = "", **figures: float | str) -> Trouble:
    return Trouble(kind, subject, cause, figures, NOW - timedelta(hours=5))


def page(client: FlaskClient, query: str = "lang=en") -> str:
    answer = client.get(f"/alerts?{query}")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def token_of(client: FlaskClient) -> str:
    fields = read_page(page(client)).all("input")
    return next(
        one.attributes["value"] for one in fields if one.attributes.get("name") == "form_token"
    )


def audit_of(place: Place) -> list[str]:
    with place.access.reading() as db:
        return [action for (action,) in db.execute("select action from audit order by audit_id")]


def test_all_is_well_and_nobody_is_told(alert_place: Place) -> None:
    html = page(alert_place.client())
    assert "All is well." in card(html, "now").text
    assert "Nobody is told" in card(html, "channels").text
    assert "badge" not in html


def test_what_is_wrong_is_said_with_what_to_do(alert_place: Place) -> None:
    note(alert_place, trouble("site_silence", "77", "script_gone", hours=3.5, usual=14.0))
    alert_place.add_run_notes()
    html = page(alert_place.client())
    text = card(html, "now").text
    assert "No leads from site 77" in text
    assert "No leads from it for 3.5 h; about 14 are usual" in text
    assert "Calltouch's script is not on the site" in text
    assert read_page(html).one("span", **{"class": "badge"}).text == "1"
    russian = card(page(alert_place.client(), "lang=ru"), "now").text
    assert "Нет лидов с сайта 77" in russian
    assert "Что делать: Откройте сайт" in russian


def test_a_digest_that_stands_still_is_said_though_nothing_is_published(
    alert_place: Place,
) -> None:
    note(alert_place, trouble("disk_full", free_mib=12.0), trouble("silence"))
    text = card(page(alert_place.client()), "now").text
    assert "12 MiB are free" in text
    assert "Leads have stopped" not in text


def test_history_is_of_the_days_and_of_an_area(alert_place: Place) -> None:
    note(alert_place, trouble("silence", cause="webhook_off"), hours_ago=4)
    note(alert_place, trouble("disk_full"), hours_ago=2)
    alert_place.add_run_notes()
    client = alert_place.client()
    rows = table_of(card(page(client, f"lang=en&{NOVEMBER}"), "history"))
    assert [row[1] for row in rows] == ["The disk is almost full", "Leads have stopped coming"]
    assert rows[1][2].startswith("the webhook is off")
    of_area = table_of(card(page(client, f"lang=en&{NOVEMBER}&area=leads"), "history"))
    assert [row[1] for row in of_area] == ["Leads have stopped coming"]
    before = page(client, "lang=en&from=2026-01-01&to=2026-01-31")
    assert "There were no alerts" in card(before, "history").text
    reported = rows_of(client, "alerts", "from=2026-11-01&to=2026-11-30&state=over")
    assert [(row["kind"], row["seconds"]) for row in reported] == [("silence", 3 * 3600)]


def test_a_note_is_written_published_and_removed(alert_place: Place) -> None:
    client = alert_place.client(role=Role.ANALYST)
    form = {"form_token": token_of(client), "text": "  Campaign   started ", "site": ""}
    answer = client.post("/alerts/notes", data=form | {"began": "2026-11-20T09:30"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/alerts?told=noted#notes")
    alert_place.add_run_notes()
    client = alert_place.client()
    (row,) = rows_of(client, "notes", "from=2026-11-20&to=2026-11-20")
    assert (row["text"], row["site_id"]) == ("Campaign started", None)
    assert row["began_at"].startswith("2026-11-20T06:30:00+00:00")
    assert "Campaign started" in card(page(client, f"lang=en&{NOVEMBER}"), "notes").text
    form = {"form_token": token_of(client)}
    address = f"/alerts/notes/{row['note_id']}/remove"
    assert client.post(address, data=form).status_code == 303
    assert client.post(address, data=form).status_code == 404
    assert [one for one in audit_of(alert_place) if "note" in one][:2] == [
        "note added",
        "note removed",
    ]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"text": " "}, "Write what happened"),
        ({"text": "x" * 501}, "At most 500"),
        ({"began": "yesterday"}, "A date and time is written"),
        ({"ended": "2026-11-19T09:30"}, "The end is before"),
        ({"site": "x"}, "no such site"),
    ],
)
def test_a_note_that_cannot_be_kept_is_shown_again(
    alert_place: Place, changed: dict[str, str], said: str
) -> None:
    client = alert_place.client()
    form = {"form_token": token_of(client), "text": "<b>x", "began": "2026-11-20T09:30"}
    answer = client.post("/alerts/notes?lang=en", data=form | changed)
    assert answer.status_code == 422
    shown = card(answer.get_data(as_text=True), "notes")
    assert said in shown.text
    assert shown.one("input", name="text").attributes["value"] == (form | changed)["text"]


def test_viewers_write_no_notes_and_send_no_tests(alert_place: Place) -> None:
    client = alert_place.client(role=Role.VIEWER)
    html = page(client)
    assert not card(html, "notes").all("form")
    form = {"form_token": token_of(client), "text": "x", "began": "2026-11-20T09:30"}
    assert client.post("/alerts/notes", data=form).status_code == 403
    assert client.post("/alerts/channels/pager/test", data=form).status_code == 403
    assert client.post("/alerts/notes/1/remove", data=form).status_code == 403


@pytest.fixture
def told_place(alert_place: Place, tmp_path: Path, stand_in: StandIn) -> Iterator[Place]:
    file = tmp_path / "calltouch.toml"
    file.write_text(f'[alerts.pager]\nurl = "http://127.0.0.1:{stand_in.port}/t0ken"\n')
    environ = {
        "CALLTOUCH_CONFIG": str(file),
        "CALLTOUCH_FLOW_ALLOWED_PORTS": str(stand_in.port),
        "CALLTOUCH_FLOW_ALLOWED_NETWORKS": "127.0.0.0/8",
        "CALLTOUCH_ALERT_QUIET": "22:00-08:00",
    }
    yield Place(alert_place.directory, environ)


def test_a_channel_is_tested_from_the_page(told_place: Place, stand_in: StandIn) -> None:
    client = told_place.client()
    shown = card(page(client), "channels")
    assert "pager" in shown.text
    assert "quiet hours 22:00–08:00" in shown.text
    form = {"form_token": token_of(client)}
    assert client.post("/alerts/channels/pager/test", data=form).status_code == 303
    assert len(stand_in.posted) == 1
    stand_in.status = 500
    answer = client.post("/alerts/channels/pager/test?lang=en", data=form)
    assert answer.status_code == 502
    html = answer.get_data(as_text=True)
    assert "answered 500" in card(html, "channels").text
    assert "t0ken" not in html
    assert client.post("/alerts/channels/other/test", data=form).status_code == 404
    assert "alert tested" in audit_of(told_place)


@pytest.mark.parametrize(("path", "chart"), [("/", "leads-over-time"), ("/deliveries", "outcomes")])
def test_charts_over_time_are_marked(alert_place: Place, path: str, chart: str) -> None:
    note(alert_place, trouble("silence"))
    alert_place.add_run_notes()
    html = alert_place.client().get(f"{path}?lang=en&{NOVEMBER}").get_data(as_text=True)
    drawn = figures(html)
    assert chart in drawn, list(drawn)
    trace = drawn[chart]["data"][-1]
    assert (trace["name"], trace["text"][0]) == ("Alerts and notes", "Leads have stopped coming")
    assert "from alerts" not in html.replace("&#39;", "'"), "no question of the card's own"


RULE_FIELDS = {
    "name": "Few leads",
    "report": "overview",
    "column": "leads",
    "period": "day",
    "compare": "below",
    "threshold": "5",
    "act": "save",
}


def test_a_rule_is_tried_saved_switched_off_and_removed(alert_place: Place) -> None:
    client = alert_place.client()
    form = RULE_FIELDS | {"form_token": token_of(client)}
    tried = client.post("/alerts/rules?lang=en", data=form | {"act": "try"})
    shown = card(tried.get_data(as_text=True), "rules")
    assert "Tried on 30 days, would have told on 30." in shown.text
    assert shown.one("input", name="name").attributes["value"] == "Few leads"
    assert "There are no rules" in shown.text
    answer = client.post("/alerts/rules", data=form)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/alerts?told=rule#rules")
    text = card(page(client), "rules").text
    assert "overview.leads, yesterday, below 5" in text
    edited = card(page(client, "lang=en&rule=Few+leads"), "rules")
    assert edited.one("input", name="threshold").attributes["value"] == "5.0"
    change = {"form_token": form["form_token"], "act": "off"}
    assert client.post("/alerts/rules/Few%20leads", data=change).status_code == 303
    assert ", off" in card(page(client), "rules").text
    change["act"] = "remove"
    assert client.post("/alerts/rules/Few%20leads", data=change).status_code == 303
    assert client.post("/alerts/rules/Few%20leads", data=change).status_code == 404
    assert audit_of(alert_place).count("alert rule changed") == 3


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"threshold": "many"}, "threshold must be a number"),
        ({"name": "<b>"}, "name must be"),
        ({"column": "fish"}, "no such column. It has: "),
        ({"query": "lead_type=fish"}, "The filters are not understood"),
        ({"quiet": "night"}, "quiet must be hours"),
    ],
)
def test_a_rule_that_cannot_be_computed_is_not_saved(
    alert_place: Place, changed: dict[str, str], said: str
) -> None:
    client = alert_place.client()
    form = RULE_FIELDS | {"form_token": token_of(client)} | changed
    answer = client.post("/alerts/rules?lang=en", data=form)
    assert answer.status_code == 422
    shown = card(answer.get_data(as_text=True), "rules")
    assert said in shown.text
    assert "There are no rules" in shown.text


def test_rules_of_the_settings_are_shown_and_not_changed(
    alert_place: Place, tmp_path: Path
) -> None:
    file = tmp_path / "calltouch.toml"
    file.write_text('[alert_rules.few]\nreport = "overview"\ncolumn = "leads"\n')
    client = Place(alert_place.directory, {"CALLTOUCH_CONFIG": str(file)}).client()
    assert "from calltouch.toml" in card(page(client), "rules").text
    form = {"form_token": token_of(client)}
    assert client.post("/alerts/rules/few", data=form | {"act": "off"}).status_code == 409
    answer = client.post("/alerts/rules?lang=en", data=RULE_FIELDS | form | {"name": "few"})
    assert "change it there" in card(answer.get_data(as_text=True), "rules").text


def test_only_admins_change_rules(alert_place: Place) -> None:
    client = alert_place.client(role=Role.ANALYST)
    assert not card(page(client), "rules").all("form")
    form = RULE_FIELDS | {"form_token": token_of(client)}
    assert client.post("/alerts/rules", data=form).status_code == 403
    assert client.post("/alerts/rules/few", data=form).status_code == 403
