"""The one way to make a report that is sent on a schedule, and to send it."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from calltouch.app import page_file
from dashboards.access.audit import COMMAND_LINE
from dashboards.access.roles import Reader, Role
from dashboards.access.state import AccessStore
from dashboards.standalone import NotMade
from dashboards.views.guest_links import recipient_of
from outgoing.telegram import NotSentByTelegram, TelegramBot, TelegramDocument, send_document
from receiver.mails.message import compose, covering_text, file_name
from receiver.mails.report import ScheduledReport
from receiver.mails.sending import NotSent, deliver
from receiver.settings.settings import Settings


def prepare_report(
    settings: Settings, access: AccessStore, report: ScheduledReport
) -> Callable[[], str]:
    """Makes the page as its recipients may see it. Raises `NotMade`, `NotSent`."""
    file = page_file(settings, report.page, report.query, report.language, _reader(access, report))
    now = datetime.now(ZoneInfo(settings.timezone))
    if report.channel == "mail":
        if not (settings.smtp_host and settings.mail_from):
            raise NotSent("smtp_host and mail_from are not set")
        message = compose(report, settings.mail_from, file.title, file.summary, file.html, now)
        return lambda: _refused_text(deliver(settings, message))
    if settings.telegram_token is None:
        raise NotSent("telegram_token is not set")
    bot = TelegramBot(settings.telegram_token, settings.telegram_api_url)
    document = TelegramDocument(file_name(report, now), "text/html", file.html.encode())
    caption = covering_text(report, file.title, file.summary)
    return lambda: _send_to_chats(bot, report, document, caption)


def _reader(access: AccessStore, report: ScheduledReport) -> Reader:
    """A viewer: with the limits of whoever made it. Raises `NotMade`."""
    if report.maker is None:
        return Reader(COMMAND_LINE, Role.VIEWER)
    with access.reading() as db:
        reader = recipient_of(db, report.maker, report.key)
    if reader is None:
        raise NotMade(f"{report.maker}, who made it, may no longer share pages")
    return reader


def _refused_text(refused: int) -> str:
    return f"{refused} recipients were refused; the others got it" if refused else ""


def _send_to_chats(
    bot: TelegramBot, report: ScheduledReport, document: TelegramDocument, caption: str
) -> str:
    """One after the other. Raises `NotSent` where nobody got it; who got it gets it no more."""
    failures: list[NotSentByTelegram] = []
    for chat in report.to:
        try:
            send_document(bot, chat, document, caption)
        except NotSentByTelegram as failure:
            failures.append(failure)
    if len(failures) == len(report.to):
        may_be_sent = any(failure.may_be_sent for failure in failures)
        raise NotSent(f"{failures[0]}", may_be_sent=may_be_sent)
    if failures:
        return f"{len(failures)} of {len(report.to)} chats did not get it: {failures[0]}"
    return ""
