"""How a message leaves: by mail, through Telegram's bot API, or as JSON to any HTTP address.

Every web request goes through the guard. No error quotes an address: addresses hold tokens.
"""

import hashlib
import hmac
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from typing import Protocol

import orjson

from outgoing.guard import BlockedTarget
from outgoing.sending import NotAnswered, WebAnswer, WebRequest
from outgoing.telegram import NotSentByTelegram, TelegramBot, send_text
from receiver.alerts.messages import AlertMessage
from receiver.mails.sending import NotSent

log = logging.getLogger(__name__)

SIGNATURE = "X-Calltouch-Signature"
_JSON = (("Content-Type", "application/json"),)

DeliverMail = Callable[[EmailMessage], int]
"""How many recipients were refused while others got it. Raises `NotSent`."""
SendWeb = Callable[[WebRequest], WebAnswer]
"""Raises `BlockedTarget` and `NotAnswered`."""


class NotTold(Exception):
    """The message did not get out; the text says why. `wait_seconds`: what the other side asks
    for."""

    def __init__(self, reason: str, wait_seconds: float = 0.0) -> None:
        super().__init__(reason)
        self.wait_seconds = wait_seconds


class Outlet(Protocol):
    def tell(self, message: AlertMessage, now: datetime) -> None:
        """Raises `NotTold`."""
        ...


@dataclass(frozen=True, slots=True)
class MailAlerts:
    sender: str
    to: tuple[str, ...]
    deliver: DeliverMail

    def tell(self, message: AlertMessage, now: datetime) -> None:
        mail = EmailMessage()
        mail["Subject"] = message.title
        mail["From"] = self.sender
        mail["To"] = ", ".join(self.to)
        mail["Date"] = format_datetime(now)
        domain = parseaddr(self.sender)[1].rpartition("@")[2]
        mail["Message-ID"] = f"<alert-{message.message_id}-{now:%Y%m%d%H%M%S}@{domain}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(f"{message.text}\n")
        try:
            refused = self.deliver(mail)
        except NotSent as error:
            raise NotTold(str(error)) from error
        if refused:
            # Those who got it are not to get it again and again.
            log.warning("an alert was refused for %d recipients; the others got it", refused)


@dataclass(frozen=True, slots=True)
class TelegramAlerts:
    bot: TelegramBot
    chat: str

    def tell(self, message: AlertMessage, now: datetime) -> None:
        try:
            send_text(self.bot, self.chat, f"{message.title}\n\n{message.text}")
        except NotSentByTelegram as error:
            raise NotTold(str(error), error.retry_after or 0.0) from None


@dataclass(frozen=True, slots=True)
class HttpAlerts:
    """`signature_key`: the body is signed with it, HMAC-SHA256."""

    url: str
    signature_key: str | None
    send: SendWeb

    def __repr__(self) -> str:
        return "<HttpAlerts>"

    def tell(self, message: AlertMessage, now: datetime) -> None:
        body = orjson.dumps(
            {
                "message_id": message.message_id,
                "event": message.event,
                "title": message.title,
                "text": message.text,
                "sent_at": now.isoformat(),
                **message.values,
            }
        )
        headers: tuple[tuple[str, str], ...] = _JSON
        if self.signature_key:
            digest = hmac.new(self.signature_key.encode(), body, hashlib.sha256).hexdigest()
            headers = (*headers, (SIGNATURE, f"sha256={digest}"))
        answer = _posted(self.send, WebRequest("POST", self.url, headers, body))
        if not 200 <= answer.status < 300:
            raise NotTold(f"answered {answer.status}")


def _posted(send: SendWeb, request: WebRequest) -> WebAnswer:
    try:
        return send(request)
    except BlockedTarget as blocked:
        raise NotTold(f"the guard refuses it: {blocked.reason}") from None
    except NotAnswered as error:
        raise NotTold(f"no answer: {error.reason}") from None
