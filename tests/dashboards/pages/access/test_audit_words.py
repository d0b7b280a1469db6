"""The access log in words, filtered, and as a file."""

import io
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook

from analytics.reports.registry import REPORTS
from dashboards.access.audit import Action, AuditEntry, note, read_audit
from dashboards.access.roles import Role
from dashboards.access.state import AccessStore
from dashboards.pages.access.sentences import GROUPED, sentence_of
from dashboards.pages.access.wording import ROLES
from dashboards.wording.formats import Formats
from dashboards.wording.texts import Texts, catalogue
from tests.dashboards.access.signing_in import sign_in

AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
RU, EN = (Formats(Texts(language), ZoneInfo("Europe/Moscow")) for language in ("ru", "en"))


def entry(action: Action, report: str = "", query: str = "", rows: int | None = None) -> AuditEntry:
    return AuditEntry(AT, "anna", "analyst", action, report, query, rows, "10.0.0.1")


def said(*what: object) -> str:
    return sentence_of(entry(*what), RU).replace("\u00a0", " ")  # type: ignore[arg-type]


def test_every_action_role_and_report_has_its_words() -> None:
    assert set(ROLES) == set(Role)
    assert {*ROLES.values()} <= set(catalogue())
    assert {action for group in GROUPED.values() for action in group} == set(Action)
    for formats in (RU, EN):
        sentences = {sentence_of(entry(action, "x"), formats) for action in Action}
        assert len(sentences) == len(Action)
        for report in REPORTS:
            lead = "lead_type=call&lead_id=7" if report.page == "lead" else "from=2026-11-01"
            assert "audit." not in sentence_of(entry(Action.SHOWN, report.name, lead), formats)


def test_what_was_seen_is_told_as_people_say_it() -> None:
    card = "lead_type=call&lead_id=123"
    assert said(Action.SHOWN, "lead_card", card, 1) == "Просмотр: карточка звонка 123 — 1 строка"
    assert said(Action.RECORDING, "recording", "lead_id=9", 1) == "Прослушана запись звонка 9"
    journal = "from=2026-11-01&to=2026-11-20&source.has=ya&search=…"
    assert said(Action.EXPORTED, "journal", journal, 57) == (
        "Выгрузка: «Журнал» (journal), 1–20 ноября 2026, Источник содержит ya, Поиск: … — 57 строк"
    )
    given = "role=manager&manager=%D0%9E%D0%BB%D1%8C%D0%B3%D0%B0"
    assert said(Action.ROLE_CHANGED, "olga", given) == (
        "Изменены права пользователя olga: менеджер, только менеджера «Ольга»"
    )
    shown = said(Action.SHOWN, "journal", "period=all&limit=101&columns=at,fio", 3)
    assert shown == "Просмотр: «Журнал» (journal), Всё время, колонки: at, fio — 3 строки"
    assert said(Action.SHOWN, "gone_report", "x=1") == "Просмотр: gone_report, x=1"


@pytest.fixture
def admin(app: Flask, access: AccessStore) -> FlaskClient:
    with access.changing() as db:
        note(db, entry(Action.SHOWN, "lead_card", "lead_type=call&lead_id=123", 1))
        late = AuditEntry(AT + timedelta(days=1), "boris", "", Action.SIGNED_IN)
        note(db, late)
        for _ in range(120):
            note(db, AuditEntry(AT, "crm", "viewer", Action.SIGNED_OUT))
    return sign_in(app.test_client(), access)


def test_it_is_filtered_by_who_what_and_when(admin: FlaskClient) -> None:
    every = admin.get("/access/audit").text
    assert "карточка звонка 123" not in every, "on the next page"
    assert "before=" in every
    for query in ("who=anna", "what=personal", "what=personal&from=2026-11-20&to=2026-11-20"):
        page = admin.get(f"/access/audit?{query}").text
        assert "карточка звонка 123" in page, query
        assert "Выход" not in page
    assert "boris</bdi>" in admin.get("/access/audit?from=2026-11-21").text
    assert "boris</bdi>" not in admin.get("/access/audit?to=2026-11-20&who=boris").text
    for bad in ("what=nothing", "from=yesterday", "to=9999-12-31", "before=x"):
        assert admin.get(f"/access/audit?{bad}").status_code == 400, bad


def test_all_of_it_is_a_file_and_that_is_noted(admin: FlaskClient, access: AccessStore) -> None:
    lines = admin.get("/export/access/audit.csv?who=anna").data.decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert "карточка звонка 123" in lines[1]
    sheet = load_workbook(io.BytesIO(admin.get("/export/access/audit.xlsx").data)).active
    assert sheet is not None
    assert sheet.title == "Журнал доступа"
    assert sheet.max_row == 1 + 122 + 2, "with both exports, which were noted first"
    with access.reading() as db:
        newest = read_audit(db, None, 2)
    assert [(one.entry.action, one.entry.report, one.entry.query) for one in newest] == [
        (Action.EXPORTED, "audit", ""),
        (Action.EXPORTED, "audit", "who=anna"),
    ]
    assert admin.get("/export/access/audit.pdf").status_code == 404


def test_what_was_done_to_the_system_names_the_act_the_days_and_nobody() -> None:
    assert said(Action.PERSON_ERASED, "", "act=3", 2) == (
        "Уничтожены данные человека, акт № 3 — 2 лида"
    )
    days = "first=2026-11-01&last=2026-11-03"
    assert said(Action.JOB_STARTED, "resync", days) == (
        "Запущено задание: Загрузить (2026-11-01, 2026-11-03)"
    )
