"""The page of the system: what admins read there, have done, and nobody else may."""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from calltouch.system_desk import StoredSystem
from dashboards.access.audit import Action, read_audit
from dashboards.access.roles import Role
from dashboards.pages.system.desk import attach_system
from receiver.data_dir import DataDir
from receiver.jobs.queue import JobQueue
from receiver.settings.settings import Settings
from tests.dashboards.access.signing_in import sign_in
from tests.dashboards.conftest import Place
from tests.dashboards.leads import NOW, Delivered, call
from tests.dashboards.page_text import Element, read_page
from tests.dashboards.pages.asking import card, table_of

TOML = """\
backup_to = "{directory}/backups"
api_token = "hidden-token"
site_ids = "501,502"
keep_persons_days = 1100
[webhooks.shop]
model = 0
rename = {{ tel = "callerphone" }}
secret = "hidden-secret"
"""
DAYS = {"first": "2026-11-01", "last": "2026-11-03", "lead_type": ""}


@pytest.fixture
def admin(place: Place, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    return client_of(place, TOML.format(directory=place.directory))


def client_of(place: Place, toml: str, role: Role = Role.ADMIN) -> FlaskClient:
    place.add([Delivered(NOW, call(1, NOW))])
    file = place.directory / "calltouch.toml"
    file.write_text(toml, encoding="utf-8")
    environ = {"CALLTOUCH_DATA_DIR": str(place.directory), "CALLTOUCH_CONFIG": str(file)}
    app = place.app()
    attach_system(app, StoredSystem(Settings.load(environ)))
    return sign_in(app.test_client(), place.access, role)


def page(client: FlaskClient, language: str = "en") -> str:
    return client.get(f"/system?lang={language}").get_data(as_text=True)


def send(client: FlaskClient, fields: Mapping[str, object], path: str = "/system/jobs") -> Any:
    found = re.search(r'name="form_token" value="([^"]+)"', page(client))
    assert found is not None
    return client.post(path, data={"form_token": found[1], **fields})


def text(element: Element) -> str:
    return element.text.replace("\N{NO-BREAK SPACE}", " ")


def jobs(place: Place) -> list[list[str]]:
    with JobQueue(DataDir(place.directory).state) as queue:
        return [list(job.arguments) for job in reversed(queue.newest(20))]


def end(place: Place, job_id: int, code: int, result: Mapping[str, Any], errors: str = "") -> None:
    with JobQueue(DataDir(place.directory).state) as queue:
        while (begun := queue.begin_next()) is not None and begun.job_id != job_id:
            pass
        queue.end(job_id, code, json.dumps(result) if result else "", errors, None)


def test_settings_in_force_are_shown_without_secrets(admin: FlaskClient) -> None:
    shown = page(admin)
    assert "hidden-" not in shown
    settings = {row[0]: row[1:3] for row in table_of(card(shown, "settings"))}
    assert settings["site_ids"] == ["501, 502", settings["api_token"][1]]
    assert settings["api_token"][0] == "********"
    assert settings["port"] == ["8000", "default"]
    assert settings["webhooks.shop.secret"][0] == "********"


def test_webhooks_seen_and_configured_stand_with_their_settings(admin: FlaskClient) -> None:
    rows = {row[0]: row[1:] for row in table_of(card(page(admin), "webhooks"))}
    assert rows["default"][0] == "1"
    assert rows["default"][3] == "defaults"
    assert rows["shop"][0] == "0"
    assert "tel → callerphone" in rows["shop"][3]
    assert "own secret" in rows["shop"][3]


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ANALYST])
def test_nobody_but_admins_reads_or_does_anything(place: Place, role: Role) -> None:
    client = client_of(place, TOML.format(directory=place.directory), role)
    assert client.get("/system").status_code == 403
    assert "/system" not in client.get("/").get_data(as_text=True)
    found = re.search(r'name="form_token" value="([^"]+)"', client.get("/").get_data(as_text=True))
    assert found is not None
    token = {"form_token": found[1]}
    assert client.post("/system/jobs", data={**token, "kind": "backup"}).status_code == 403
    assert client.post("/system/jobs/1/stop", data=token).status_code == 403
    assert client.get("/system/jobs/1").status_code == 403
    assert client.get("/system/jobs/1/document").status_code == 403
    assert jobs(place) == []


@pytest.mark.parametrize(
    ("fields", "arguments"),
    [
        ({"kind": "resync"}, "resync --from 2026-11-01 --to 2026-11-03 --json"),
        (
            {"kind": "resync", "site": ["501", "502"], "lead_type": "call"},
            "resync --from 2026-11-01 --to 2026-11-03 --site 501 --site 502 --calls --json",
        ),
        ({"kind": "heal"}, "reconcile --from 2026-11-01 --to 2026-11-03 --heal --json"),
        (
            {"kind": "certificate", "lead_type": "request"},
            "reconcile --from 2026-11-01 --to 2026-11-03 --requests"
            " --certificate {document} --language en --json",
        ),
        ({"kind": "backup"}, "backup --keep 7 --json"),
        (
            {"kind": "erase_plan", "lead_type": "call", "lead_id": "17"},
            "erase --dry-run --lead call:17 --json",
        ),
        (
            {"kind": "erase", "lead_type": "request", "lead_id": "17"},
            "erase --yes --act {document} --language en --lead request:17 --json",
        ),
        ({"kind": "prune_plan"}, "prune --dry-run --json"),
        ({"kind": "prune"}, "prune --json"),
    ],
)
def test_a_form_starts_the_command_and_is_audited(
    place: Place, admin: FlaskClient, fields: dict[str, object], arguments: str
) -> None:
    answer = send(admin, {**DAYS, **fields})
    assert (answer.status_code, answer.location) == (303, "/system/jobs/1")
    assert jobs(place) == [arguments.split()]
    assert DataDir(place.directory).jobs_waiting.exists()
    with place.access.reading() as db:
        noted = read_audit(db, None, 1)[0].entry
    assert (noted.action, noted.report) == (Action.JOB_STARTED, fields["kind"])
    shown = admin.get("/system/jobs/1?lang=en").get_data(as_text=True)
    assert "waiting" in shown
    assert 'http-equiv="refresh"' in shown


def test_a_plan_costs_nothing_and_starts_nothing(place: Place, admin: FlaskClient) -> None:
    answer = send(admin, {**DAYS, "kind": "resync", "plan": "1"})
    assert answer.status_code == 200
    told = text(read_page(answer.get_data(as_text=True)).one("main"))
    # Three days, two sites, calls in two models and requests in one.
    assert "At least 18 API requests" in told
    assert jobs(place) == []


@pytest.mark.parametrize(
    ("fields", "status", "told"),
    [
        ({"kind": "resync", "first": "2026-11-04"}, 422, "first day is not after"),
        ({"kind": "resync", "first": "yesterday"}, 422, "first day is not after"),
        ({"kind": "resync", "first": "2020-01-01"}, 422, "three years"),
        ({"kind": "resync", "site": "503x"}, 400, ""),
        ({"kind": "rm -rf"}, 400, ""),
        ({"kind": "erase"}, 422, "the type and the ID"),
        ({"kind": "erase", "lead_type": "call", "lead_id": "+7 916"}, 400, ""),
        ({"kind": "resync", "lead_type": "deal"}, 400, ""),
    ],
)
def test_what_cannot_be_done_is_refused_with_the_reason(
    place: Place, admin: FlaskClient, fields: dict[str, object], status: int, told: str
) -> None:
    answer = send(admin, {**DAYS, **fields})
    assert answer.status_code == status
    assert told in answer.get_data(as_text=True)
    assert jobs(place) == []


def test_without_api_and_directory_the_page_says_what_to_set(place: Place) -> None:
    client = client_of(place, "")
    shown = page(client)
    assert "CALLTOUCH_API_TOKEN" in text(card(shown, "fetching"))
    assert "CALLTOUCH_BACKUP_TO" in text(card(shown, "backup"))
    assert "CALLTOUCH_KEEP_PERSONS_DAYS" in text(card(shown, "retention"))
    assert send(client, {"kind": "prune"}).status_code == 422
    refused = send(client, {"kind": "backup"})
    assert refused.status_code == 422


def test_what_came_of_jobs_stands_in_words(place: Place, admin: FlaskClient) -> None:
    for kind in ("resync", "reconcile", "backup", "resync"):
        send(admin, {**DAYS, "kind": kind})
    fetched = {"web_requests": 18, "fetched": 40, "created": 2, "updated": 1, "unchanged": 37}
    end(place, 1, 0, fetched)
    day = {"in_api": 40, "differing": 1}
    end(place, 2, 3, {"days": [day, day], "lost": [{"lead_id": 7}], "healed": False})
    backup = {"deliveries": 1, "bytes": 2_500_000, "faults": []}
    end(place, 3, 0, backup)
    end(place, 4, 1, {}, "INFO x\nError: Calltouch refuses the token for site 501\n")
    rows = [row[:3] for row in table_of(card(page(admin), "jobs"))]
    told = [[cell.replace("\N{NO-BREAK SPACE}", " ") for cell in row[1:]] for row in rows]
    assert told == [
        ["failed", "Calltouch refuses the token for site 501"],
        ["done", "1 delivery, 2.5 MB."],
        ["done, differences found", "80 leads compared; 1 lost, 2 differ."],
        ["done", "18 API requests, 40 records fetched, 2 new leads, 1 updates, 37 unchanged"],
    ]


def test_a_job_is_stopped_from_its_page_and_it_is_audited(place: Place, admin: FlaskClient) -> None:
    send(admin, {**DAYS, "kind": "resync"})
    assert send(admin, {}, "/system/jobs/1/stop").status_code == 303
    shown = admin.get("/system/jobs/1?lang=en").get_data(as_text=True)
    assert "stopped" in shown
    assert "continues where it stopped" in shown
    assert "refresh" not in shown
    with place.access.reading() as db:
        noted = read_audit(db, None, 1)[0].entry
    assert (noted.action, noted.query) == (Action.JOB_STOPPED, "job_id=1")
    assert admin.get("/system/jobs/2").status_code == 404


def test_the_age_of_the_newest_backup_is_told(place: Place, admin: FlaskClient) -> None:
    assert "older than it should be" in text(card(page(admin), "backup"))
    made = place.directory / "backups" / f"calltouch-{datetime.now():%Y%m%dT%H%M%S}.000Z"
    made.mkdir(parents=True)
    Path(made / "backup.json").write_text("{}", encoding="utf-8")
    shown = text(card(page(admin), "backup"))
    assert "older than it should be" not in shown
    assert "1 of 7" in shown


def test_a_person_is_erased_in_two_steps_the_first_of_which_shows_what_was_found(
    place: Place, admin: FlaskClient
) -> None:
    send(admin, {"kind": "erase_plan", "lead_type": "call", "lead_id": "1"})
    found = {"leads": 2, "deliveries": 5, "places": {"archive/2026-11-01.parquet": 5, "state": 1}}
    end(place, 1, 0, found)
    shown = read_page(admin.get("/system/jobs/1?lang=en").get_data(as_text=True))
    assert "2 leads with 5 deliveries; found in 6 places" in text(shown.one("main"))
    assert table_of(shown.one("main"))[0] == ["archive/2026-11-01.parquet", "5"]
    (form,) = (one for one in shown.all("form") if "Erase" in one.text)
    fields = {one.attributes.get("name"): one.attributes.get("value") for one in form.all("input")}
    assert fields.pop(None, "") is None, "a box to tick, which is required"
    assert admin.post("/system/jobs", data=fields).location == "/system/jobs/2"
    assert jobs(place)[1][:2] == ["erase", "--yes"]
    end(place, 2, 0, {**found, "act": 3})
    assert "Act 3." in admin.get("/system/jobs/2?lang=en").get_data(as_text=True)


def test_the_card_of_a_lead_leads_admins_to_erasing(place: Place, admin: FlaskClient) -> None:
    card_of_lead = admin.get("/leads/call/1?lang=en").get_data(as_text=True)
    assert 'value="erase_plan"' in card_of_lead
    analyst = sign_in(place.app().test_client(), place.access, Role.ANALYST)
    assert "erase_plan" not in analyst.get("/leads/call/1").get_data(as_text=True)
