"""Schedules made in the browser are sent by the same code as those of the settings."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import pytest

from calltouch.cli.serve import _first_schedule
from calltouch.report_desk import StoredReports
from calltouch.report_register import all_reports
from calltouch.report_sending import prepare_report
from dashboards.access.grants import Grant
from dashboards.access.people import add_user, remove_user, set_grant
from dashboards.access.roles import Role
from dashboards.access.state import AccessStore
from dashboards.standalone import NotMade
from dashboards.views.desk import BadRecipients
from dashboards.views.schedules import PageSchedule, add_schedule, list_schedules
from receiver.mails.sending import NotSent
from receiver.settings.settings import Settings
from tests.dashboards.access.signing_in import NO_PASSWORD
from tests.dashboards.conftest import Place
from tests.dashboards.leads import NOW, Delivered, call
from tests.outgoing.telegram_server import TOKEN, TelegramServer, telegram_server

PHONE = "79161234567"


@pytest.fixture
def telegram() -> Iterator[TelegramServer]:
    with telegram_server() as server:
        yield server


@pytest.fixture
def settings(place: Place, telegram: TelegramServer) -> Settings:
    place.add([Delivered(NOW, call(1, NOW, source="yandex", callerphone=PHONE))])
    return Settings.load(
        {
            "CALLTOUCH_DATA_DIR": f"{place.directory}",
            "CALLTOUCH_TELEGRAM_TOKEN": TOKEN,
            "CALLTOUCH_TELEGRAM_API_URL": telegram.bot.api_url,
        }
    )


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def schedule(**changed: Any) -> PageSchedule:
    made = PageSchedule(
        *(0, "anna", "", "journal", "period=all&f.source=yandex", "telegram", ("-1001",)),
        *(time(9), (0, 3), None, "ru", datetime(2026, 11, 20, tzinfo=UTC)),
    )
    return replace(made, **changed)


@pytest.fixture
def access(place: Place) -> Iterator[AccessStore]:
    access = place.access
    with access.changing() as db:
        add_user(db, NOW, "anna", Role.ANALYST, NO_PASSWORD)
        add_schedule(db, schedule())
    yield access
    access.close()


def send(settings: Settings, access: AccessStore) -> str:
    with access.reading() as db:
        (report,) = all_reports(settings, db)
    return prepare_report(settings, access, report)()


def test_a_telegram_chat_gets_the_page_masked_with_its_numbers(
    settings: Settings, access: AccessStore, telegram: TelegramServer
) -> None:
    with access.changing() as db:
        db.execute("update report_schedules set page = 'overview'")
    assert send(settings, access) == ""
    ((path, _, body),) = telegram.seen
    text = body.decode()
    assert path.endswith("/sendDocument")
    assert "-1001" in text
    assert "Лиды: 1" in text
    assert "Источник: yandex" in text
    assert 'filename="overview-' in text
    assert "Персональные данные скрыты." in text


def test_recipients_see_no_person(
    settings: Settings, access: AccessStore, telegram: TelegramServer
) -> None:
    send(settings, access)
    ((_, _, body),) = telegram.seen
    text = body.decode()
    assert "<tbody>" in text
    assert PHONE not in text
    assert "234" not in text.partition("<tbody>")[2].partition("</tbody>")[0]


def test_nothing_is_sent_for_who_may_no_longer_share(
    settings: Settings, access: AccessStore, telegram: TelegramServer
) -> None:
    with access.changing() as db:
        set_grant(db, "anna", Grant(Role.VIEWER))
        assert [one.is_on for one in list_schedules(db)] == [False]
    with pytest.raises(NotMade, match="anna"):
        send(settings, access)
    with access.changing() as db:
        remove_user(db, "anna")
    with pytest.raises(NotMade, match="anna"):
        send(settings, access)
    assert telegram.seen == []


def test_of_several_chats_those_that_failed_are_said(
    settings: Settings, access: AccessStore, telegram: TelegramServer
) -> None:
    with access.changing() as db:
        db.execute("update report_schedules set recipients = ?", ["-1\n-2"])
    telegram.refuses(b"-2", 400, description="Bad Request: chat not found")
    assert (
        send(settings, access)
        == "1 of 2 chats did not get it: Telegram: Bad Request: chat not found"
    )
    telegram.refuses(b"", 403, description="Forbidden: bot was blocked by the user")
    with pytest.raises(NotSent, match="blocked by the user") as failure:
        send(settings, access)
    assert not failure.value.may_be_sent


def test_what_is_not_set_up_is_said(settings: Settings, access: AccessStore) -> None:
    without = replace(settings, telegram_token=None)
    with pytest.raises(NotSent, match="telegram_token"):
        send(without, access)
    with access.changing() as db:
        db.execute("update report_schedules set channel = 'mail'")
    with pytest.raises(NotSent, match="smtp_host"):
        send(settings, access)


def test_the_desk_knows_what_is_set_up_and_who_can_be_sent_to(settings: Settings) -> None:
    desk = StoredReports(settings)
    assert desk.channels() == ("telegram",)
    mailing = replace(settings, telegram_token=None, smtp_host="h", mail_from="r@y.example")
    assert StoredReports(mailing).channels() == ("mail",)
    assert desk.read_recipients("telegram", " -1001\n@leads;-1001") == ("-1001", "@leads")
    assert desk.read_recipients("mail", "a@b.example, c@d.example") == (
        "a@b.example",
        "c@d.example",
    )
    for channel, written in (("telegram", "anna"), ("mail", "a@b.example\nx"), ("mail", "-1001")):
        with pytest.raises(BadRecipients):
            desk.read_recipients(channel, written)  # type: ignore[arg-type]


def test_serve_sends_when_there_is_something_to_send(
    settings: Settings, place: Place, access: AccessStore
) -> None:
    """And waits for the first schedule where there is none yet."""
    assert _first_schedule(settings) is None
    with access.changing() as db:
        db.execute("delete from report_schedules")
    awaited = _first_schedule(settings)
    assert awaited is not None
    assert not awaited.exists()
    StoredReports(settings).scheduled()
    assert awaited.exists()
