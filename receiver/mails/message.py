"""A mail: a page as one file, and a few words on what it is."""

from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid, parseaddr

from receiver.settings.settings import MailSettings

_WORDS = {
    "ru": (
        "{title}: отчёт приложен",
        "Отчёт «{title}» приложен одним файлом: откройте его в браузере.\n"
        "Персональные данные в нём скрыты.\n",
    ),
    "en": (
        "{title}: the report is attached",
        "The report “{title}” is attached as one file: open it in a browser.\n"
        "Personal data in it is masked.\n",
    ),
}


def compose(mail: MailSettings, sender: str, title: str, page: str, now: datetime) -> EmailMessage:
    """`page`: the HTML of the file; `now` in the configured zone."""
    subject, text = _WORDS[mail.language]
    message = EmailMessage()
    message["Subject"] = subject.format(title=title)
    message["From"] = sender
    message["To"] = ", ".join(mail.to)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = make_msgid(domain=parseaddr(sender)[1].rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text.format(title=title))
    message.add_attachment(page.encode(), "text", "html", filename=f"{mail.page}-{now.date()}.html")
    return message
