"""What is sent: a page as one file, with a short text."""

from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid, parseaddr

from receiver.mails.report import ScheduledReport

_WORDS = {
    "ru": (
        "Отчёт «{title}»",
        "Отчёт «{title}» — во вложении: откройте файл в браузере.",
        "Персональные данные скрыты.",
    ),
    "en": (
        "Report: {title}",
        "The report “{title}” is attached; open the file in a browser.",
        "Personal data is masked.",
    ),
}


def compose(
    report: ScheduledReport, sender: str, title: str, summary: str, page: str, now: datetime
) -> EmailMessage:
    """`summary`: what the page says in a few lines, or nothing. `page`: HTML of the attachment;
    `now`: in the configured time zone."""
    subject, _, _ = _WORDS[report.language]
    message = EmailMessage()
    message["Subject"] = subject.format(title=title)
    message["From"] = sender
    message["To"] = ", ".join(report.to)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = make_msgid(domain=parseaddr(sender)[1].rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(covering_text(report, title, summary) + "\n")
    message.add_attachment(page.encode(), "text", "html", filename=file_name(report, now))
    return message


def covering_text(report: ScheduledReport, title: str, summary: str) -> str:
    _, attached, masked = _WORDS[report.language]
    return "\n\n".join(filter(None, (summary, f"{attached.format(title=title)}\n{masked}")))


def file_name(report: ScheduledReport, now: datetime) -> str:
    return f"{report.page}-{now.date()}.html"
