"""Sends a mail through the mail server."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage

from receiver.settings.settings import Settings

_TIMEOUT_SECONDS = 30.0


class NotSent(Exception):
    """The mail server is unreachable or refused the mail; the text says why."""


def send(settings: Settings, message: EmailMessage) -> None:
    """Raises `NotSent`, even if only one recipient is refused."""
    try:
        with _server(settings) as server:
            if settings.smtp_user:
                server.login(settings.smtp_user, settings.smtp_password or "")
            refused = server.send_message(message)
    except (OSError, smtplib.SMTPException) as error:
        raise NotSent(f"{settings.smtp_host}:{settings.smtp_port}: {_reason(error)}") from error
    if refused:
        raise NotSent(f"{len(refused)} recipients were refused; the others got it")


@contextmanager
def _server(settings: Settings) -> Iterator[smtplib.SMTP]:
    host, port = settings.smtp_host or "", settings.smtp_port
    if settings.smtp_security == "tls":
        context = ssl.create_default_context()
        with smtplib.SMTP_SSL(host, port, timeout=_TIMEOUT_SECONDS, context=context) as server:
            yield server
        return
    with smtplib.SMTP(host, port, timeout=_TIMEOUT_SECONDS) as server:
        if settings.smtp_security == "starttls":
            server.starttls(context=ssl.create_default_context())
        yield server


def _reason(error: Exception) -> str:
    """The reason, without the addresses that servers repeat in their answers."""
    if isinstance(error, smtplib.SMTPResponseException):
        return f"answered {error.smtp_code}"
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "refused all recipients"
    return (
        f"{type(error).__name__}: {error}" if isinstance(error, OSError) else type(error).__name__
    )
