"""Sends a mail through the mail server."""

import smtplib
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email.message import EmailMessage
from typing import Any

from receiver.settings.settings import Settings

_TIMEOUT_SECONDS = 30.0
_TAKEN = 250


class NotSent(Exception):
    """The mail server is unreachable or refused the mail; the text says why.

    `may_be_sent`: it broke off when the mail was under way. `code`: of the server's answer.
    """

    def __init__(self, text: str, code: int | None = None, *, may_be_sent: bool = False) -> None:
        super().__init__(text)
        self.code = code
        self.may_be_sent = may_be_sent


class _Phased:
    """Notes when a server has been asked to take the mail itself, and when it has taken it."""

    is_sending = False
    is_taken = False

    def data(self, msg: Any) -> tuple[int, bytes]:
        self.is_sending = True
        answer: tuple[int, bytes] = super().data(msg)  # type: ignore[misc]
        self.is_taken = answer[0] == _TAKEN
        return answer


class PhasedSmtp(_Phased, smtplib.SMTP):
    pass


class PhasedSmtpOverTls(_Phased, smtplib.SMTP_SSL):
    pass


def send(settings: Settings, message: EmailMessage) -> None:
    """Raises `NotSent`, even if only one recipient is refused."""
    refused = deliver(settings, message)
    if refused:
        raise NotSent(f"{refused} recipients were refused; the others got it")


def deliver(settings: Settings, message: EmailMessage) -> int:
    """How many recipients were refused, while others got it. Raises `NotSent`."""
    server: PhasedSmtp | PhasedSmtpOverTls | None = None
    refused: Mapping[str, Any] = {}
    try:
        with _server(settings) as server:
            if settings.smtp_user:
                server.login(settings.smtp_user, settings.smtp_password or "")
            refused = server.send_message(message)
    except (OSError, smtplib.SMTPException) as error:
        # What fails behind its acceptance is the farewell.
        if server is None or not server.is_taken:
            raise _not_sent(settings, error, server is not None and server.is_sending) from error
    return len(refused)


def _not_sent(settings: Settings, error: Exception, is_sending: bool) -> NotSent:
    text = f"{settings.smtp_host}:{settings.smtp_port}: {_reason(error)}"
    return NotSent(text, _code(error), may_be_sent=is_sending and _code(error) is None)


@contextmanager
def _server(settings: Settings) -> Iterator[PhasedSmtp | PhasedSmtpOverTls]:
    host, port = settings.smtp_host or "", settings.smtp_port
    if settings.smtp_security == "tls":
        context = ssl.create_default_context()
        with PhasedSmtpOverTls(host, port, timeout=_TIMEOUT_SECONDS, context=context) as secure:
            yield secure
        return
    with PhasedSmtp(host, port, timeout=_TIMEOUT_SECONDS) as server:
        if settings.smtp_security == "starttls":
            server.starttls(context=ssl.create_default_context())
        yield server


def _code(error: Exception) -> int | None:
    """Of the server's answer, where there is one; of several refusals the first."""
    if isinstance(error, smtplib.SMTPResponseException):
        return int(error.smtp_code)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return next((int(code) for code, _ in error.recipients.values()), None)
    return None


def _reason(error: Exception) -> str:
    """The reason, without the addresses that servers repeat in their answers."""
    if isinstance(error, smtplib.SMTPResponseException):
        return f"answered {error.smtp_code}"
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "refused all recipients"
    return (
        f"{type(error).__name__}: {error}" if isinstance(error, OSError) else type(error).__name__
    )
