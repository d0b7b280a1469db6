"""Everything that can be asked, asked over a store full of planted contacts: a viewer finds none of
them anywhere, an analyst and an admin find what they may see."""

import html
import io
import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote
from zipfile import ZipFile

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from flask.testing import FlaskClient

from analytics.privacy.contacts import HIDDEN
from analytics.reports.groups import GROUPS
from analytics.reports.reach import reads_period
from analytics.reports.registry import REPORTS
from analytics.reports.report import Report
from calltouch.cli import main
from dashboards.access.roles import Role
from dashboards.api.chart_register import CHARTS
from dashboards.api.exports import FORMATS
from dashboards.pages.register import PAGES
from dashboards.views.guest_links import GuestLink, make_link
from dashboards.views.guests import guest_page
from receiver.mails.message import compose
from receiver.mails.report import ScheduledReport
from receiver.settings.settings import MailSettings
from tests.dashboards.conftest import Place
from tests.dashboards.flow_world import usual_world
from tests.dashboards.leads import NOW
from tests.dashboards.planted import ADDRESS, EMAIL, NAME, PHONE, STAFF, planted, secrets_in
from tests.made_once import made_once

LEADS = (("call", 2), ("request", 5))
RICH = ("journal", "lead_card", "lead", "attribution", "quarantined", "filter_values")
"""In every format; the others in one besides JSON, each in its turn: all of them are written from
the same rows."""


@pytest.fixture(scope="session")
def canary(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Tests only read it."""
    return Place(made_once(tmp_path_factory, "canary", make_canary))


def make_canary(directory: Path) -> None:
    place = Place(directory)
    place.add(planted())
    world = usual_world(directory, PHONE, NAME, EMAIL, lead_id=2)
    place.add_history(*world.published())
    world.close()


@pytest.fixture(scope="module")
def viewer(canary: Place) -> FlaskClient:
    return canary.client(role=Role.VIEWER)


def report_urls(report: Report) -> Iterator[str]:
    address = f"/api/reports/{report.name}?lang=en{'&period=all' if reads_period(report) else ''}"
    if report.page == "lead":
        yield from (f"{address}&lead_type={kind}&lead_id={number}" for kind, number in LEADS)
    elif report.groups:
        yield from (f"{address}&group_by={group}" for group in GROUPS)
        yield f"{address}&group_by={','.join(GROUPS)}&model=0"
    else:
        yield address


def page_urls() -> Iterator[str]:
    for page in PAGES:
        if page.is_listed:
            yield f"{page.path}?period=all"
            yield f"/export/{page.name}?period=all"
    yield from (f"/leads/{kind}/{number}" for kind, number in LEADS)
    yield "/attribution/rows?period=all&group_by=utm_content&level=1&most=9"
    yield from (f"/operations/{number}" for number in range(1, 10))
    yield from (f"/flows/{name}?period=all" for name in ("shop", "ring", "quiet"))
    yield "/journal?period=all&columns=caller_phone,email,fio,utm_content,tags,subject,order_id"


def text_of(data: bytes, form: str) -> str:
    """A file as somebody reads it who opens it."""
    if form == "arrow":
        with pa.ipc.open_stream(io.BytesIO(data)) as reader:
            return f"{reader.read_all().to_pydict()}"
    if form == "parquet":
        return str(pq.read_table(io.BytesIO(data)).to_pylist())
    if form == "xlsx":
        with ZipFile(io.BytesIO(data)) as book:
            return "\n".join(html.unescape(book.read(one).decode()) for one in book.namelist())
    # Our own scripts, megabytes of them in an export.
    return html.unescape(re.sub(r"(?s)<script>.*?</script>", "", data.decode()))


def asked(client: FlaskClient, url: str, form: str = "html") -> str:
    answer = client.get(url)
    assert answer.status_code == 200, url
    return text_of(answer.data, form)


def rows_of(client: FlaskClient, url: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(client.get(f"/api/reports/{url}").data)["rows"]
    return rows


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.name)
def test_no_report_tells_a_viewer_who_it_was(viewer: FlaskClient, report: Report) -> None:
    turn = REPORTS.index(report) % len(FORMATS)
    for url in report_urls(report):
        assert secrets_in(asked(viewer, url)) == set(), url
    for form in FORMATS if report.name in RICH else [list(FORMATS)[turn]]:
        assert secrets_in(asked(viewer, f"{url}&format={form}", form)) == set(), form


def test_no_chart_statement_or_cause_for_programs_does(viewer: FlaskClient) -> None:
    for name in CHARTS:
        assert secrets_in(asked(viewer, f"/api/figures/{name}?period=all")) == set(), name
    for report in REPORTS:
        assert secrets_in(asked(viewer, f"/api/reports/{report.name}/sql")) == set(), report.name
    assert secrets_in(asked(viewer, "/api/why_changed?period=all&before=2026-11-10")) == set()


def test_no_page_card_or_export_does(viewer: FlaskClient) -> None:
    """The SQL that a card shows is on it."""
    for url in page_urls():
        text = asked(viewer, url)
        assert secrets_in(text) == set(), url
        assert 'role="alert"' not in text, url
        assert quote(HIDDEN) not in text, "no link leads to what is masked"
    assert STAFF in asked(viewer, "/managers?period=all")


def test_no_file_for_people_does(viewer: FlaskClient) -> None:
    files = [f"/export{page.file_path}" for page in PAGES if page.is_listed]
    files += [f"/export/leads/{kind}/{number}" for kind, number in LEADS]
    for file in files:
        assert secrets_in(asked(viewer, f"{file}.xlsx?period=all", "xlsx")) == set(), file
    columns = "caller_phone,email,fio,utm_content,tags,subject,order_id"
    assert secrets_in(asked(viewer, f"/export/journal.csv?period=all&columns={columns}")) == set()
    assert secrets_in(asked(viewer, "/export/spam.csv?period=all&card=repeat_numbers")) == set()


def test_nothing_that_guests_see_does(canary: Place) -> None:
    """Whatever its maker may see."""
    canary.client()
    guest, access = canary.client(role=None), canary.access
    now = access.clock()
    query = "period=all&columns=caller_phone,email,fio,utm_content,tags,subject,order_id"
    for page in filter(guest_page, PAGES):
        kept = query if page.name == "journal" else "period=all"
        link = GuestLink(
            0, Role.ADMIN, page.name, kept, "", "", False, True, now, now + timedelta(hours=1)
        )
        with access.changing() as db:
            _, secret = make_link(db, link)
        text = asked(guest, f"/guest/{secret}")
        assert secrets_in(text) == set(), page.name
        assert set(re.findall(r'href="/(\w+)', text)) == {"static", "guest"}, page.name
        assert "<form" not in text, page.name
        assert secrets_in(asked(guest, f"/guest/{secret}/page.xlsx", "xlsx")) == set(), page.name


def test_masks_on_operations_hide_it_from_others_too(canary: Place) -> None:
    """Until they are taken off, which is noted."""
    client = canary.client(role=Role.ANALYST)
    for number in range(1, 10):
        assert secrets_in(asked(client, f"/operations/{number}")) == set(), number
    assert secrets_in(asked(client, "/operations/3?masks=off"))


def test_no_file_or_mail_of_the_command_line_does(
    canary: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CALLTOUCH_DATA_DIR", str(canary.directory))
    query = ["--query", "from=2026-11-01&to=2026-11-20"]
    for page in ("journal", "attribution"):
        out = tmp_path / f"{page}.html"
        assert main(["report", "--page", page, *query, "--out", str(out)]) == 0
        assert secrets_in(text_of(out.read_bytes(), "html")) == set(), page
        mail = MailSettings(page, ("a@b.example",), NOW.time(), (0,), query[1], "ru")
        report, text = ScheduledReport.from_settings("a", mail), out.read_text(encoding="utf-8")
        sent = compose(report, "c@b.example", page, "", text, NOW)
        (attached,) = sent.iter_attachments()
        assert attached.get_content().count("<main") == 1
        assert secrets_in(text_of(attached.get_content().encode(), "html")) == set(), page


def test_a_viewer_hears_and_audits_nothing(viewer: FlaskClient) -> None:
    for url in ("/recordings/2", "/access"):
        answer = viewer.get(url)
        assert answer.status_code == 403
        assert secrets_in(answer.text) == set()
    for url in ("/api/reports/nothing", "/journal?f.hour=x", "/leads/call/999"):
        answer = viewer.get(url)
        assert answer.status_code in (400, 404)
        assert secrets_in(answer.text) == set()


@pytest.mark.parametrize("role", [Role.ANALYST, Role.ADMIN])
def test_others_see_what_they_may(canary: Place, role: Role) -> None:
    client = canary.client(role=role)
    (row,) = rows_of(client, "lead_card?lead_type=call&lead_id=2")
    shown = [row[name] for name in ("caller_phone", "email", "fio", "ip")]
    assert shown == [PHONE, EMAIL, NAME, ADDRESS]
    card = asked(client, "/leads/call/2")
    for one in (EMAIL, NAME, ADDRESS, "Перезвонить Жанне", "Здравствуйте, это", "/recordings/2"):
        assert one in card, one

    def found(url: str) -> set[str]:
        return secrets_in(asked(client, url))

    for url in ("/journal?period=all&columns=fio", "/tags?period=all", "/spam?period=all"):
        assert found(url), url
    assert found("/export/journal?period=all")
    assert found("/export/journal.csv?period=all&columns=fio")
    assert secrets_in(asked(client, "/export/spam.xlsx?period=all", "xlsx"))
    for report in ("journal", "attribution", "tags", "filter_values", "quarantined"):
        assert found(f"/api/reports/{report}?period=all"), report


def test_what_is_planted_is_found_in_whatever_way_it_is_encoded() -> None:
    """The test's own eyes."""
    assert secrets_in("Жанна%20Канарейкина") == {"жанн", "канарейкин"}
    assert secrets_in("\\u0416\\u0430\\u043d\\u043d\\u0430")
    assert secrets_in("tel:+7+%28916%29+765-43-21")
    assert secrets_in("7916•••••21, Ж••• К•••, z•••@canary.example, 93.158.•.•") == set()


def test_the_store_is_full_of_it(canary: Place) -> None:
    """In every column of text of a lead but for those that hold no texts of strangers."""
    (row,) = rows_of(canary.client(), "lead_card?lead_type=call&lead_id=2")
    clean = {name for name, value in row.items() if not secrets_in(str(value))}
    texts = {name for name in clean if isinstance(row[name], str)}
    times = {name for name in texts if name.endswith("_at") or name in ("happened_local", "day")}
    assert texts - times == {"lead_type", "call_phase", "status", "manager"}
