"""Every access to personal data is logged, whatever the way; what cannot be logged is not shown;
undeclared data is shown to admins only."""

import ast
import json
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

import pytest
from flask.testing import FlaskClient

import dashboards.access.notes
from analytics import statements
from analytics.privacy.holds import Content, Privacy, plain
from analytics.published_file import Published, PublishedFile
from analytics.reports import registry
from analytics.reports.report import Report
from calltouch.cli import main
from dashboards.access.audit import COMMAND_LINE, Action, read_audit
from dashboards.access.roles import Role
from dashboards.recordings.link import reclink_of
from tests.dashboards.access.signing_in import bearer
from tests.dashboards.conftest import Place
from tests.dashboards.leads import NOW, Delivered, call

ROOT = Path(dashboards.__file__).parent
LOOKS = (
    ("/journal", Action.SHOWN, "journal"),
    ("/leads/call/1", Action.SHOWN, "lead_card"),
    ("/api/reports/journal", Action.SHOWN, "journal"),
    ("/api/reports/lead_url_params_now?lead_id=1", Action.SHOWN, "lead_url_params_now"),
    ("/api/reports/quarantined", Action.SHOWN, "quarantined"),
    ("/api/reports/journal?format=csv", Action.EXPORTED, "journal"),
    ("/api/reports/repeat_numbers?format=xlsx", Action.EXPORTED, "repeat_numbers"),
    ("/api/reports/lead?lead_id=1&format=parquet", Action.EXPORTED, "lead"),
    ("/export/journal", Action.EXPORTED, "journal"),
    ("/export/journal.csv", Action.EXPORTED, "journal"),
    ("/export/leads/call/1.xlsx", Action.EXPORTED, "lead_card"),
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = Place(tmp_path_factory.mktemp("one_lead"))
    params = {"callerphone": "79167654321", "fio": "Анна Петрова", "utm_term": "диван"}
    params |= {"reclink": "https://records.calltouch.ru/x"}
    place.add([Delivered(NOW, call(1, NOW, **params, **{"add_url_params[0][name]": "x"}))])
    return place.published


@pytest.fixture
def one_lead(made: Path, place: Place) -> Place:
    """One call, not viewed by anyone yet."""
    shutil.copy(made, place.published)
    return place


def looks(place: Place) -> list[tuple[str, str, str]]:
    """Who was shown what, newest first."""
    with place.access.reading() as db:
        noted = [one.entry for one in read_audit(db, None, 50)]
    seen = (Action.SHOWN, Action.EXPORTED, Action.RECORDING)
    return [(one.reader, one.action, one.report) for one in noted if one.action in seen]


@pytest.mark.parametrize(("url", "action", "report"), LOOKS)
def test_every_look_is_noted_before_it_is_had(
    one_lead: Place, url: str, action: Action, report: str
) -> None:
    assert one_lead.client(role=Role.ANALYST).get(url).data
    assert ("analyst", action, report) in looks(one_lead)
    before = len(looks(one_lead))
    assert one_lead.client(role=Role.VIEWER).get(url).data
    assert len(looks(one_lead)) == before, "a viewer sees nobody"
    program = bearer(one_lead.access, Role.ANALYST, "crm")
    assert one_lead.app().test_client().get(url, headers=program).data
    assert ("crm", action, report) in looks(one_lead)


@pytest.mark.parametrize(("url", "action", "report"), LOOKS)
def test_what_cannot_be_noted_is_not_shown(
    one_lead: Place, url: str, action: Action, report: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    client = one_lead.client(role=Role.ANALYST)
    monkeypatch.setattr(dashboards.access.notes, "audit", full)
    text = client.get(url).data
    for secret in ("79167654321", "+7\N{NO-BREAK SPACE}916", "Анна"):
        assert secret.encode() not in text


def test_the_audit_keeps_no_contact_that_somebody_filtered_by(one_lead: Place) -> None:
    client = one_lead.client(role=Role.ANALYST)
    asked = "/api/reports/journal?period=all&utm_term=%2B79167654321&search=9167654321"
    assert client.get(f"{asked}&source=yandex").status_code == 200
    assert client.get("/api/reports/lead_card?lead_type=call&lead_id=1").status_code == 200
    with one_lead.access.reading() as db:
        of_card, of_list = (line.entry.query for line in read_audit(db, None, 2))
    assert "7654321" not in of_list
    assert "source=yandex" in of_list
    assert "lead_type=call&lead_id=1" in of_card


def test_who_does_not_ask_for_personal_columns_has_not_seen_them(one_lead: Place) -> None:
    client = one_lead.client(role=Role.ANALYST)
    for form in ("json", "csv", "xlsx", "parquet"):
        asked = f"/api/reports/journal?period=all&format={form}&columns="
        assert client.get(f"{asked}lead_id,source").status_code == 200
        assert looks(one_lead) == []
    assert client.get(f"{asked}lead_id,caller_phone").status_code == 200
    with one_lead.access.reading() as db:
        (noted,) = (line.entry for line in read_audit(db, None, 1))
    assert (noted.action, noted.report) == (Action.EXPORTED, "journal")
    assert "columns=lead_id%2Ccaller_phone" in noted.query


def test_recordings_and_files_of_the_command_line_are_noted_too(
    one_lead: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fetching the audio is tested with the recordings."""
    heard: list[int] = []
    monkeypatch.setattr("dashboards.recordings.view.note_recording", heard.append)
    monkeypatch.setattr("dashboards.recordings.view.fetch_recording", lambda *_: _Silence())
    assert one_lead.client(role=Role.ANALYST).get("/recordings/1").status_code == 200
    assert heard == [1]
    out = tmp_path / "journal.html"
    out.write_text("of somebody else")
    out.chmod(0o644)
    monkeypatch.setenv("CALLTOUCH_DATA_DIR", str(one_lead.directory))
    query = ["--query", "from=2026-11-01&to=2026-11-30", "--out", str(out)]
    assert main(["report", "--page", "journal", *query]) == 0
    assert looks(one_lead) == []
    assert out.stat().st_mode & 0o777 == 0o644
    assert main(["report", "--page", "journal", "--personal", *query]) == 0
    assert (COMMAND_LINE, Action.EXPORTED, "journal") in looks(one_lead)
    assert "7\N{NO-BREAK SPACE}916" in out.read_text(encoding="utf-8")
    assert out.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.glob(".journal*")] == []


def test_looks_are_noted_from_one_place() -> None:
    """All other queries of the store show counts, or nothing at all."""
    noting, asking, executing = set(), set(), set()
    for path in ROOT.rglob("*.py"):
        name, source = str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(source)):
            text = ast.unparse(node) if isinstance(node, ast.Attribute | ast.Name) else ""
            if text in ("Action.SHOWN", "Action.EXPORTED", "Action.RECORDING"):
                noting.add(name)
            if text in ("ask", "ask_all", "ask_keeping", "ask_in_batches", "ask_page"):
                asking.add(name)
        if ".execute(" in source and not name.startswith("access/"):
            executing.add(name)
    # The latter names them in the access log.
    assert noting == {"access/notes.py", "pages/access/sentences.py"}
    # The last asks which sites and managers a right may name, for admins.
    in_all = {"page/answers.py", "api/rows.py", "page/from_url.py", "pages/access/forms.py"}
    assert asking == in_all
    assert executing == {
        *("page/freshness.py", "page/archive_notice.py", "recordings/link.py", "api/rows.py"),
        # How much is known since, and which sites there are.
        *("page/known.py", "page/sites.py"),
        # Whether there is anything to show a page about.
        *("pages/lead/page.py", "pages/flow/page.py", "pages/operations/page.py"),
        "pages/journal/kept_columns.py",
        *("views/saved.py", "views/guest_links.py", "views/schedules.py"),
        # How old a file is that is given whole.
        "remote/versions.py",
    }


class _Silence:
    status = 200
    headers: Mapping[str, str] = MappingProxyType({})

    def pieces(self) -> Iterator[bytes]:
        yield b""

    def close(self) -> None:
        pass


UNDECLARED = """
select
    lead_id,
    fio as who,
    caller_phone as contact,
    caller_phone::bigint as digits,
    [email] as mails,
    count(*) as leads
from leads
group by all
"""


def added(monkeypatch: pytest.MonkeyPatch, columns: dict[str, Content]) -> None:
    """A report added as in the README's recipe."""
    report = Report("contacts", "journal", columns=columns)
    known = statements.rendered
    monkeypatch.setattr(
        "analytics.reports.reach.names_in", lambda _: statements.bound_names(UNDECLARED)
    )
    monkeypatch.setattr(
        "analytics.reports.asking.rendered",
        lambda name, **values: UNDECLARED if name == report.path else known(name, **values),
    )
    monkeypatch.setitem(registry._BY_NAME, report.name, report)


def contacts(client: FlaskClient) -> list[object]:
    answer = client.get("/api/reports/contacts")
    assert answer.status_code == 200
    (row,) = json.loads(answer.data)["rows"]
    return list(row.values())


def test_a_report_that_declares_nothing_is_closed_to_all_but_admins(
    one_lead: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    added(monkeypatch, {})
    for role in (Role.VIEWER, Role.ANALYST):
        shown = contacts(one_lead.client(role=role))
        assert shown == [1, "•••", "•••", None, [None], None]
        for form in ("csv", "xlsx", "parquet"):
            file = one_lead.client(role=role).get(f"/api/reports/contacts?format={form}")
            assert file.status_code == 200
            assert b"79167654321" not in file.data
    shown = contacts(one_lead.client())
    assert shown == [1, "Анна Петрова", "79167654321", 79167654321, [None], 1]
    assert ("admin", Action.SHOWN, "contacts") in looks(one_lead)


def test_one_that_declares_its_columns_shows_them_to_whom_it_may(
    one_lead: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = {
        "who": Privacy.NAME,
        "contact": Privacy.PHONE,
        "digits": Privacy.PHONE,
        "mails": Privacy.EMAIL,
    }
    added(monkeypatch, {**held, **plain("leads")})
    assert contacts(one_lead.client(role=Role.VIEWER)) == [
        *(1, "А••• П•••", "7916•••••21", None, [None], 1)
    ]
    assert contacts(one_lead.client(role=Role.ANALYST))[1] == "Анна Петрова"
    assert ("analyst", Action.SHOWN, "contacts") in looks(one_lead)


def test_the_link_to_a_recording_is_in_no_answer(one_lead: Place) -> None:
    """Known to the process only, whoever asks."""
    assert reclink_of(Published(PublishedFile(one_lead.published)), 1)
    for url in ("/leads/call/1", "/api/reports/lead_card?lead_id=1", "/api/reports/lead?lead_id=1"):
        assert "records.calltouch.ru" not in one_lead.client().get(url).text
