"""The mail: a page attached as one file, with a short text."""

from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid, parseaddr

from receiver.settings.settings import MailSettings

_WORDS = {
    "ru": (
        "Отчёт «{title}»",
        "Отчёт «{title}» — во вложении: откройте файл в браузере.\nПерсональные данные скрыты.\n",
    ),
    "en": (
        "Report: {title}",
        "The report “{title}” is attached; open the file in a browser.\nPersonal data is masked.\n",
    ),
}


def compose(mail: MailSettings, sender: str, title: str, page: str, now: datetime) -> EmailMessage:
    """`page`: HTML of the attachment; `now`: in the configured time zone."""
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
